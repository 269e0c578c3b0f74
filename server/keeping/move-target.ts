import { resolve } from 'node:path';
import type { StorageConfig } from '../../storage/index.ts';
import { parseS3Address } from '../../storage/objects/s3-address.ts';
import type { Config } from '../config.ts';
import { KeepingFault } from './keeping-fault.ts';

export interface MoveTarget {
  config: Required<StorageConfig>;
  /** Rows, or objects, are where they were: nothing to carry. */
  rowsStay: boolean;
  objectsStay: boolean;
  /** The lines of settings that name it, with their secrets; for the screen of whoever gave them. */
  settings: string[];
  /** Without secrets. */
  name: string;
}

const partOf = (address: string): 'databaseUrl' | 'objectStoreUrl' | 'searchUrl' | 'folder' => {
  if (/^postgres(ql)?:\/\//.test(address)) return 'databaseUrl';
  if (/^s3\+https?:\/\//.test(address)) return 'objectStoreUrl';
  if (/^meilisearch\+https?:\/\//.test(address)) return 'searchUrl';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(address)) throw new KeepingFault('address-wrong', { what: address.split(':')[0]! });
  return 'folder';
};

/** An address as it may be shown: without user, password and parameters. */
export function withoutSecrets(address: string): string {
  if (!address.includes('://')) return address;
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Where `--to` leads: each address is a part; a folder holds what is not named. Without a folder, what is not named lies embedded in the
 * present DATA_DIR. Throws address-wrong, and same-place where nothing would move.
 */
export function readTarget(addresses: readonly string[], from: Pick<Config, 'folder' | 'databaseUrl' | 'objectStoreUrl'>): MoveTarget {
  const given: Partial<Record<ReturnType<typeof partOf>, string>> = {};
  for (const address of addresses) {
    const part = partOf(address);
    if (given[part] !== undefined) throw new KeepingFault('address-wrong', { what: `${part} ×2` });
    if (part !== 'folder' && !URL.canParse(address)) throw new KeepingFault('address-wrong', { what: address.split(':')[0]! });
    given[part] = part === 'folder' ? resolve(address) : address;
  }
  if (given.objectStoreUrl) {
    try {
      parseS3Address(given.objectStoreUrl);
    } catch (error) {
      throw new KeepingFault('address-wrong', { what: (error as Error).message }, { cause: error });
    }
  }
  const config = { folder: given.folder ?? from.folder, databaseUrl: given.databaseUrl ?? null, objectStoreUrl: given.objectStoreUrl ?? null };
  const rowsStay = config.databaseUrl === from.databaseUrl && (config.databaseUrl !== null || config.folder === from.folder);
  const objectsStay = config.objectStoreUrl === from.objectStoreUrl && (config.objectStoreUrl !== null || config.folder === from.folder);
  if (rowsStay && objectsStay) throw new KeepingFault('same-place', { at: withoutSecrets(config.databaseUrl ?? config.folder) });
  const settings = [
    `DATA_DIR=${config.folder}`,
    ...(config.databaseUrl ? [`DATABASE_URL=${config.databaseUrl}`] : []),
    ...(config.objectStoreUrl ? [`OBJECT_STORE_URL=${config.objectStoreUrl}`] : []),
    ...(given.searchUrl ? [`SEARCH_URL=${given.searchUrl}`] : []),
  ];
  const name = [config.databaseUrl, config.objectStoreUrl, given.searchUrl, given.folder].filter((part) => part !== null && part !== undefined).map(withoutSecrets).join(', ');
  return { config, rowsStay, objectsStay, settings, name };
}
