import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Express, Request, Response } from 'express';
import express from 'express';

export interface PageHead {
  /** HTML for <head>, escaped by its maker. */
  html: string;
  status: number;
  /** Value of the header Link. */
  links?: string;
}

export interface PageParts {
  headOf(request: Request): Promise<PageHead>;
  /** Origins of other sites that may show our pages inside theirs to this asker. */
  framesFor(request: Request): Promise<string[]>;
}

const placeholder = '<!--head-->';
const brotliTypes: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };

/**
 * Serves the built web application: hashed assets for a year, already compressed; every other address gets index.html with the
 * head that belongs to it, before any script runs.
 */
export function mountWebPages(app: Express, dist: string, of: PageParts): void {
  const index = join(dist, 'index.html');
  const html = (): string => {
    const text = readFileSync(index, 'utf8');
    if (!text.includes(placeholder)) throw new Error(`${index} has no ${placeholder}`);
    return text;
  };
  let known: { at: number; text: string } | null = null;
  const page = (): string => {
    const at = statSync(index).mtimeMs;
    if (known?.at !== at) known = { at, text: html() };
    return known.text;
  };

  app.use('/assets', (request, response, next) => {
    const name = /^\/([A-Za-z0-9._-]+\.(js|css|svg))$/.exec(request.path);
    if (!name || !(request.headers['accept-encoding'] ?? '').includes('br')) return next();
    response.set({ 'content-encoding': 'br', 'content-type': brotliTypes[name[2]!]!, vary: 'accept-encoding', 'cache-control': 'public, max-age=31536000, immutable' });
    response.sendFile(`${name[1]}.br`, { root: join(dist, 'assets'), cacheControl: false }, (error) => {
      if (!error) return;
      for (const header of ['content-encoding', 'content-type']) response.removeHeader(header);
      next();
    });
  });
  app.use('/assets', express.static(join(dist, 'assets'), { index: false, redirect: false, immutable: true, maxAge: '1y' }));
  // A missing asset is a 404, not the page: an old tab asking for a script of a former build must not run HTML.
  app.use('/assets', (_request, response) => void response.status(404).end());
  // No folder is a page, and an address made of what was asked could lead to another site.
  app.use(express.static(dist, { index: false, redirect: false, maxAge: '1h' }));
  app.get(/^\/(?!api\/|iiif\/).*/, async (request: Request, response: Response) => {
    const head = await of.headOf(request);
    const frames = await of.framesFor(request);
    if (frames.length > 0) {
      const policy = String(response.getHeader('content-security-policy'));
      response.set('content-security-policy', policy.replace(/frame-ancestors [^;]*/, `frame-ancestors ${["'self'", ...frames].join(' ')}`));
      // The older header knows no list of origins.
      response.removeHeader('x-frame-options');
    }
    response.status(head.status).set({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
    if (head.links) response.set('link', head.links);
    response.send(page().replace(placeholder, () => head.html));
  });
}
