import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, FormatHandler, OpenDocument } from '../document-protocol.ts';

/** PDFium reads; pdf.js is asked where PDFium cannot open the document or its first page, since it rebuilds what PDFium gives up on. */
async function open(source: DocumentSource): Promise<OpenDocument> {
  const { openPdf } = await import('../pdf/open-pdf.ts');
  let opened: (OpenDocument & { sound: boolean }) | null = null;
  let fault: unknown = null;
  try {
    opened = await openPdf(source);
    if (opened.sound) return opened;
  } catch (error) {
    if (!(error instanceof DocumentFault) || (error.code !== 'document-damaged' && error.code !== 'document-has-no-pages')) throw error;
    fault = error;
  }
  const { openRescued } = await import('../pdf/pdfjs-rescue.ts');
  try {
    return await openRescued(source);
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    // Neither can: a document with one good page is still a book, and PDFium's word on the rest is the one that counts.
    if (opened) return opened;
    throw fault;
  }
}

export const pdf: FormatHandler = { takes: ['pdf'], text: 'judged', open };
