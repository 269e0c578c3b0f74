import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Express } from 'express';
import helmet from 'helmet';

/** Swagger UI from our own disk at /api/docs: readable with no line to the outside. */
export function mountApiDocs(app: Express): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tủ Sách API</title>
<link rel="stylesheet" href="/api/docs/files/swagger-ui.css"></head><body><main id="docs"></main>
<script src="/api/docs/files/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
  // Swagger UI sets styles on elements; nothing else is loosened.
  const policy = helmet.contentSecurityPolicy({ directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'", 'data:'], scriptSrc: ["'self'"], upgradeInsecureRequests: null } });
  app.get('/api/docs', policy, (_request, response) => void response.type('html').send(page));
  app.get('/api/docs/start.js', (_request, response) => void response.type('js').send("SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });"));
  app.use('/api/docs/files', express.static(folder, { index: false, maxAge: '1d' }));
}
