import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered at a path: a document with its media type, or what it does with the response. */
export type SiteAnswer = { type?: string; body: string | Buffer; status?: number; headers?: Record<string, string> } | ((response: ServerResponse, request: IncomingMessage) => void);

/** A small site that answers by path, as bad as a test wants it. */
export interface Site {
  /** host:port */
  host: string;
  /** http://host:port and a path. */
  at(path: string): string;
  /** Paths asked for, with what stands behind the ?, in their order. */
  asked: string[];
  /** How many requests were being answered at the same time, at most. */
  mostAtOnce(): number;
  /** By path with what stands behind the ?; what is not in it is 404. */
  pages: Map<string, SiteAnswer>;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  let [now, most] = [0, 0];
  const site: Site = {
    host: '',
    at: (path) => `http://${site.host}${path}`,
    asked: [],
    mostAtOnce: () => most,
    pages: new Map(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    most = Math.max(most, ++now);
    response.on('close', () => now--);
    site.asked.push(request.url!);
    const said = site.pages.get(request.url!);
    if (said === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>Không có</title>');
    else if (typeof said === 'function') said(response, request);
    else response.writeHead(said.status ?? 200, { 'content-type': said.type ?? 'text/html; charset=utf-8', ...said.headers }).end(said.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return site;
}

const prefixes = 'xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:opds="http://opds-spec.org/2010/catalog"';
/** A catalogue of OPDS 1.2: its entries, and what else stands in the feed. */
export const opds = (entries: readonly string[], more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<feed ${prefixes}><id>urn:x</id><title>Thư viện huyện</title><updated>2024-01-01T00:00:00Z</updated><link rel="self" type="application/atom+xml;profile=opds-catalog"/>${more}${entries.join('')}</feed>`;
/** An entry with a title and a file to be read; `more`: further elements. */
export const book = (id: string, title: string, more = ''): string =>
  `<entry><id>${id}</id><title>${title}</title><updated>2024-01-01T00:00:00Z</updated><link rel="http://opds-spec.org/acquisition/open-access" type="application/epub+zip" href="/tep/${encodeURIComponent(id)}.epub"/>${more}</entry>`;
export const section = (title: string, href: string): string =>
  `<entry><id>urn:s:${href}</id><title>${title}</title><updated>2024-01-01T00:00:00Z</updated><link rel="subsection" type="application/atom+xml;profile=opds-catalog;kind=acquisition" href="${href}"/></entry>`;
export const nextLink = (href: string): string => `<link rel="next" type="application/atom+xml;profile=opds-catalog" href="${href}"/>`;
export const rss = (items: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Tin thư viện</title><link>http://ban.example/</link><description>Tin</description>${items.join('')}</channel></rss>`;
export const urlset = (pages: readonly (readonly [string, string?])[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${pages.map(([loc, lastmod]) => `<url><loc>${loc}</loc>${lastmod === undefined ? '' : `<lastmod>${lastmod}</lastmod>`}</url>`).join('')}</urlset>`;
/** A page about a thing of schema.org. */
export const aboutPage = (thing: unknown): string => `<!doctype html><html><head><title>Trang</title><script type="application/ld+json">${JSON.stringify(thing)}</script></head><body>…</body></html>`;
