import { createHash } from 'node:crypto';

/** Short, to know again what was seen. */
export const digestOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('base64url').slice(0, 10);
