import { z } from 'zod';
import { id } from './common.ts';
import { markedText } from './search.ts';

export const bookPage = z.object({
  /** From 1. */
  index: z.number().int(),
  /** As printed: "iv", "37"; null where the file has none. */
  label: z.string().nullable(),
  /** Pixels of the page image, after rotation; 0 × 0 while the image is not there yet. */
  width: z.number().int(),
  height: z.number().int(),
  ready: z.boolean(),
  hasText: z.boolean(),
});
export const contentsEntry = z.object({ title: z.string(), page: z.number().int(), depth: z.number().int() });

/** GET /api/files/:id/book */
export const book = z.object({
  fileId: id,
  recordId: id,
  revision: z.number().int(),
  title: z.string(),
  /** Reading direction as in IIIF viewingDirection. */
  direction: z.enum(['left-to-right', 'right-to-left']),
  pages: z.array(bookPage),
  contents: z.array(contentsEntry),
  downloadable: z.boolean(),
  complete: z.boolean(),
  /** Prefixes: `${image}/${n}` is the IIIF Image API 3 base of page n; `${text}/${n}/text` answers pageText; thumbnails at `${thumbnail}/${n}/thumbnail?size=small|large&v=${revision}`. */
  image: z.string(),
  text: z.string(),
  thumbnail: z.string(),
  manifest: z.string(),
});
export type Book = z.infer<typeof book>;

/** GET /api/files/:id/pages/:n/text. Boxes are in pixels of the page image, [x, y, width, height]; `line` groups words in reading order. */
export const pageText = z.object({
  index: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  source: z.enum(['layer', 'ocr', 'none']),
  words: z.array(
    z.object({
      text: z.string(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      line: z.number().int(),
      /** What stands in the file, where the word was converted from an encoding before Unicode. */
      original: z.string().optional(),
    }),
  ),
});
export type PageText = z.infer<typeof pageText>;

/** GET /api/files/:id/search?q=…: pages of this book that match, in page order, each with the boxes of the matched words. */
export const searchInside = z.object({
  q: z.string(),
  total: z.number().int(),
  hits: z.array(
    z.object({
      page: z.number().int(),
      label: z.string().nullable(),
      snippet: markedText,
      boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
});
export type SearchInside = z.infer<typeof searchInside>;
