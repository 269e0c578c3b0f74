import { z } from 'zod';
import { isObjectKey } from '../../storage/objects/object-key.ts';

/** Raised when an older reader would misunderstand what a newer writer writes. */
export const formatVersion = 1;
export const manifestName = 'manifest.json';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** Where something lies inside a backup: plain parts, none hidden, none leading out. */
export const isInnerPath = (path: string): boolean => isObjectKey(path);
const innerPath = z.string().max(600).refine(isInnerPath, { error: 'unsafe path' });

const listed = z.object({ path: innerPath, sha256 });

export const manifestSchema = z.object({
  format: z.literal('tu-sach-backup'),
  formatVersion: z.number().int().positive(),
  /** Version of the product that wrote it. */
  version: z.string().max(40),
  /** The last migration that its rows have seen. */
  level: z.string().max(100),
  at: z.iso.datetime(),
  tables: z.array(listed.extend({ table: z.string().regex(/^[a-z_]{1,40}$/), rows: count })).max(100),
  /** Lines of entrySchema, in the order of their buckets (key-buckets.ts). */
  objects: listed.extend({ count, bytes: count }),
  /** Rows in which U+0000 was replaced by U+FFFD. */
  replaced: count,
  /** Objects that were damaged or missing in the library itself when it was copied; their entries say which. */
  faults: count,
});
export type Manifest = z.infer<typeof manifestSchema>;

export const entrySchema = z.object({
  key: z.string().refine(isObjectKey, { error: 'unsafe key' }),
  size: count,
  sha256: sha256.nullable(),
  /** Of the object that was copied: while the library shows the same one, it need not be copied again. */
  tag: z.string().max(500),
  /** Null when there was nothing to copy. */
  path: innerPath.nullable(),
  fault: z.enum(['damaged', 'missing']).optional(),
});
export type Entry = z.infer<typeof entrySchema>;
