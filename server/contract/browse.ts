import { z } from 'zod';

/** GET /api/browse?level=&grade=&subject=: where in the tree; each is one code. */
export const browseQuery = z.object({
  level: z.string().max(100).optional(),
  grade: z.string().max(100).optional(),
  subject: z.string().max(100).optional(),
});

const branch = { code: z.string(), label: z.string(), count: z.number().int() };

/**
 * The tree cấp > lớp > môn > chủ đề with counts of what the asker may read. `levels` is whole whatever is chosen; `subjects` are those
 * under the chosen level and grade, `topics` (at most 50, free words: the code is the label) those under the chosen subject as well.
 * What holds nothing is left out, and a record without a grade stands under no level.
 */
export const browseView = z.object({
  /** Records in the chosen place. */
  total: z.number().int(),
  levels: z.array(z.object({ ...branch, grades: z.array(z.object(branch)) })),
  subjects: z.array(
    z.object({ ...branch, /** Subjects that are part of this one. */ subjects: z.array(z.object(branch)) }),
  ),
  topics: z.array(z.object(branch)),
});
export type BrowseView = z.infer<typeof browseView>;
