import type { FormatHandler } from '../document-protocol.ts';

/** One picture, or the pages of a TIFF. */
export const image: FormatHandler = {
  takes: ['image'],
  text: 'none',
  open: async (source) => (await import('../images/open-image.ts')).openImage(source),
};
