/** The longest name kept, in characters; file systems stop at 255 bytes, so a name goes onto one only through asciiFallback or a URL. */
const longest = 255;

/**
 * A file's name as shown and given back: NFC, without folders, control characters or direction marks that could disguise its ending.
 * Never empty.
 */
export function cleanFileName(given: string): string {
  const name = given
    .normalize('NFC')
    .replace(/^.*[\\/]/, '')
    .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '');
  const characters = [...name];
  if (characters.length <= longest) return name || 'tep-khong-ten';
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  return characters.slice(0, longest - ending.length).join('') + ending;
}

/** One for the addresses that the object store signs and for what we send ourselves. */
export { contentDisposition } from '../../storage/objects/content-disposition.ts';
