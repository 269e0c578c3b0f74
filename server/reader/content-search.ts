import type { IiifAddresses } from './iiif-addresses.ts';
import type { FoundPage } from './search-inside.ts';

export const searchType = 'application/ld+json;profile="http://iiif.io/api/search/2/context.json"';

/**
 * IIIF Content Search 2.0: one annotation for each run of matched words, on the page's canvas. `asked` is the whole query of the
 * request; what is not understood is named in `ignored` (§2.2.2). A match on a page without boxes targets the whole canvas.
 */
export function annotationsOf(at: IiifAddresses, asked: Record<string, unknown>, pages: FoundPage[]) {
  const q = typeof asked['q'] === 'string' ? asked['q'] : '';
  const ignored = ['motivation', 'date', 'user'].filter((name) => asked[name] !== undefined);
  const id = `${at.search}?q=${encodeURIComponent(q)}`;
  const items = pages.flatMap((page) => {
    const canvas = at.canvas(page.page);
    const targets = page.matches.map(({ text, box }) => ({
      text,
      target: `${canvas}#xywh=${box.map(Math.round).join(',')}`,
    }));
    const marked = page.snippet.filter((run) => run.marked).map((run) => run.text);
    const found = targets.length > 0 ? targets : [{ text: marked.join(' … '), target: canvas }];
    return found.map(({ text, target }, place) => ({
      id: `${at.search}/annotation/${page.page}/${place + 1}?q=${encodeURIComponent(q)}`,
      type: 'Annotation',
      motivation: 'highlighting',
      body: { type: 'TextualBody', value: text, format: 'text/plain' },
      target,
    }));
  });
  return {
    '@context': 'http://iiif.io/api/search/2/context.json',
    id,
    type: 'AnnotationPage',
    ...(ignored.length > 0 ? { ignored } : {}),
    items,
  };
}
