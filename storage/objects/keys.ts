/** Where each kind of object lives. Derived objects carry the file's revision, so that a replaced scan never mixes with the old one. */

/**
 * The bytes as they came. Named by a UUID, not by their hash: the hash is known only when the last byte has passed, and they pass once.
 * The same bytes arriving again share the first object (storage/metadata/files.ts sameBytes).
 */
export const originalKey = (id: string): string => `originals/${id.slice(-2)}/${id}`;

/** Everything derived from a file, in all its revisions. */
export const derivedOfFile = (fileId: string): string => `derived/${fileId.slice(-2)}/${fileId}/`;

/** Everything derived from one revision of a file lies under this prefix. */
export const derivedPrefix = (fileId: string, revision: number): string => `derived/${fileId.slice(-2)}/${fileId}/${revision}/`;

const page = (number: number): string => String(number).padStart(5, '0');

export const pageImageKey = (fileId: string, revision: number, number: number, extension: string): string =>
  `${derivedPrefix(fileId, revision)}pages/${page(number)}.${extension}`;

export const thumbnailKey = (fileId: string, revision: number, number: number, size: 'small' | 'large'): string =>
  `${derivedPrefix(fileId, revision)}thumbnails/${page(number)}-${size}.webp`;

export const wordsKey = (fileId: string, revision: number, number: number): string =>
  `${derivedPrefix(fileId, revision)}words/${page(number)}.json`;

/** The page image as it was made ready for recognition, where it needed that. */
export const cleanedImageKey = (fileId: string, revision: number, number: number): string =>
  `${derivedPrefix(fileId, revision)}cleaned/${page(number)}.png`;

/** Bytes of uploads that are under way. No row names these objects; the sweep removes those of forgotten uploads. */
export const stagingPrefix = 'staging/';

export const stagedPrefix = (uploadId: string): string => `${stagingPrefix}${uploadId}/`;

/** A piece of an upload by the place of its first byte; sixteen digits, so that the keys sort as the places do. */
export const stagedPieceKey = (uploadId: string, offset: number): string => `${stagedPrefix(uploadId)}${String(offset).padStart(16, '0')}`;
