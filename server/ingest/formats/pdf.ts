import type { FormatHandler } from '../document-protocol.ts';

export const pdf: FormatHandler = {
  takes: ['pdf'],
  text: 'judged',
  open: async (source) => (await import('../pdf/open-pdf.ts')).openPdf(source),
};
