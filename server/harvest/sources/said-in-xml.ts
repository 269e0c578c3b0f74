import { dublinCoreIn, fromDublinCore } from './from-dublin-core.ts';
import { fromMarc, isGone, marcIn } from './from-marc.ts';
import type { SaidDescription } from './said-description.ts';
import type { TermWords } from './term-words.ts';
import type { XmlNode } from './xml-tree.ts';

/** What a description in XML says, in any of the formats that can be read. */
export const saidInXml =
  (metadata: XmlNode) =>
  (terms: TermWords): SaidDescription | 'gone' | { unknown: string } => {
    const marc = marcIn(metadata);
    if (marc) return isGone(marc) ? 'gone' : fromMarc(marc, terms);
    const elements = dublinCoreIn(metadata);
    return elements ? fromDublinCore(elements, terms) : { unknown: `{${metadata.namespace}}${metadata.name}` };
  };
