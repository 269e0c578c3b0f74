import type { FormatHandler } from '../document-protocol.ts';

/** A zip of page images as one book. */
export const imageArchive: FormatHandler = {
  takes: ['image-archive'],
  text: 'none',
  open: async (source) => (await import('../images/open-image-archive.ts')).openImageArchive(source),
};
