/** Where each kind of object lives. Derived objects carry the file's revision, so that a replaced scan never mixes with the old one. */

/** The bytes as they came, shared by every file that has them. `sha256` in lower-case hex. */
export const originalKey = (sha256: string): string => `originals/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;

/** Everything derived from one revision of a file lies under this prefix. */
export const derivedPrefix = (fileId: string, revision: number): string => `derived/${fileId.slice(-2)}/${fileId}/${revision}/`;

const page = (number: number): string => String(number).padStart(5, '0');

export const pageImageKey = (fileId: string, revision: number, number: number, extension: string): string =>
  `${derivedPrefix(fileId, revision)}pages/${page(number)}.${extension}`;

export const thumbnailKey = (fileId: string, revision: number, number: number, size: 'small' | 'large'): string =>
  `${derivedPrefix(fileId, revision)}thumbnails/${page(number)}-${size}.webp`;

export const wordsKey = (fileId: string, revision: number, number: number): string =>
  `${derivedPrefix(fileId, revision)}words/${page(number)}.json`;
