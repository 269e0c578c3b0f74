import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument } from '../document-protocol.ts';
import { convertOutline } from '../legacy-layer.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { setText } from '../typeset/open-text.ts';
import type { Properties } from './core-properties.ts';
import { readDoc } from './doc-text.ts';
import { readDocx } from './docx-text.ts';
import { readPpt } from './ppt-text.ts';
import { readPptx } from './pptx-text.ts';
import { readRtf } from './rtf-text.ts';

/** Throws DocumentFault; one of format-not-read where there is no text to show. */
export async function openOffice({ path, mediaType, limits }: DocumentSource): Promise<OpenDocument> {
  const { metadata, ...text } = await readerOf(mediaType)(path, limits);
  if (!/\S/.test(text.text)) throw new DocumentFault('format-not-read', { why: 'no text' });
  const set = setText({ ...text, code: 'document-text-only' }, limits, metadata);
  return { ...set, outline: convertOutline(set.outline) };
}

type Reader = (path: string, limits: IngestLimits) => Promise<ReadText & { metadata?: Properties }>;

function readerOf(mediaType: string): Reader {
  if (mediaType === 'application/msword') return readDoc;
  if (mediaType === 'application/rtf') return readRtf;
  if (mediaType === 'application/vnd.ms-powerpoint') return readPpt;
  return /presentation/.test(mediaType) ? readPptx : readDocx;
}
