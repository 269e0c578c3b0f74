import type { DocumentOutline } from '../document-protocol.ts';
import type { ZipParts } from './zip-parts.ts';

export type Properties = DocumentOutline['metadata'];

const fields: Record<string, keyof Properties> = {
  title: 'title',
  creator: 'author',
  subject: 'subject',
  keywords: 'keywords',
};
const longest = 1000;

/** What docProps/core.xml says of the document (ECMA-376 part 2, 11). */
export async function readCoreProperties(zip: ZipParts): Promise<Properties> {
  const found: Properties = {};
  let field: keyof Properties | undefined;
  await zip.parse('docProps/core.xml', {
    open(name) {
      field = fields[name];
    },
    text(text) {
      if (field) found[field] = `${found[field] ?? ''}${text}`.slice(0, longest);
    },
    close() {
      field = undefined;
    },
  });
  return found;
}
