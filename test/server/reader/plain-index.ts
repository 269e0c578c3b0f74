import type { SearchDocument, SearchIndex } from '../../../search/search-index.ts';
import { foldText } from '../../../search/vietnamese/fold.ts';

/** A search index in a map: a page matches when it has every folded word. */
export function plainIndex(): SearchIndex {
  const documents = new Map<string, SearchDocument>();
  const never = (): never => {
    throw new Error('not asked by the reader');
  };
  return {
    async put(given) {
      for (const document of given) documents.set(document.id, document);
    },
    async searchInside({ text, fileId, limit }) {
      const wanted = foldText(text).split(' ');
      const pages = [...documents.values()]
        .flatMap((document) => document.pages)
        .filter((page) => page.fileId === fileId)
        .filter((page) => wanted.every((word) => ` ${foldText(page.text)} `.includes(` ${word} `)))
        .map((page) => page.page)
        .sort((a, b) => a - b);
      return { total: pages.length, pages: pages.slice(0, limit) };
    },
    remove: never,
    search: never,
    rebuild: never,
    state: never,
    async close() {},
  };
}
