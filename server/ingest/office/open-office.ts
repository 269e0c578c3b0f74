import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument } from '../document-protocol.ts';
import { convertOutline } from '../legacy-layer.ts';
import { setText } from '../typeset/open-text.ts';
import { readDoc } from './doc-text.ts';
import { readDocx } from './docx-text.ts';

/** Throws DocumentFault; one of format-not-read where there is no text to show. */
export async function openOffice({ path, mediaType, limits }: DocumentSource): Promise<OpenDocument> {
  const { metadata, ...text } =
    mediaType === 'application/msword'
      ? { ...(await readDoc(path, limits)), metadata: {} }
      : await readDocx(path, limits);
  if (!/\S/.test(text.text)) throw new DocumentFault('format-not-read', { why: 'no text' });
  const set = setText({ ...text, code: 'document-text-only' }, limits, metadata);
  return { ...set, outline: convertOutline(set.outline) };
}
