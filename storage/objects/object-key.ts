const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
/** Of a key, in characters: leaves room for a prefix below the 1,024 bytes that S3 allows. */
const longestKey = 500;

export const isObjectKey = (key: string): boolean => keyPattern.test(key) && key.length <= longestKey;

/** A key has no part that could lead out of the store or hide in it. Throws TypeError, for a wrong key is a fault of ours. */
export function checkedKey(key: string): string {
  if (!isObjectKey(key)) throw new TypeError(`not an object key: ${JSON.stringify(key)}`);
  return key;
}
