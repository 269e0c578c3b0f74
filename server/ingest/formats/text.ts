import type { FormatHandler } from '../document-protocol.ts';

export const text: FormatHandler = {
  takes: ['text'],
  text: 'exact',
  open: async (source) => (await import('../typeset/open-text.ts')).openText(source),
};
