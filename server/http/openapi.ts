import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { z } from 'zod';
import { problem } from '../contract/common.ts';
import { refusalStatus } from '../errors.ts';
import type { Route } from './route.ts';

/** OpenAPI 3.1 from the same schemas that check requests and answers. */
export function openApiDocument(routes: readonly Route[], version: string, publicUrl: string): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/[:*]([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = {
      summary: route.summary,
      tags: [route.tag],
      operationId: `${route.method}_${path.replace(/[^A-Za-z]+/g, '_').replace(/^_|_$/g, '')}`,
      requestParams: {
        ...(route.params ? { path: route.params as z.ZodObject } : {}),
        ...(route.query ? { query: route.query as z.ZodObject } : {}),
      },
      ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
      responses: {
        [`${route.status ?? 200}`]:
          route.answers === 'bytes' ? { description: 'The bytes' } : { description: 'Done', content: { 'application/json': { schema: route.answers } } },
        default: { description: 'RFC 9457 problem', content: { 'application/problem+json': { schema: problem } } },
      },
    };
  }
  const codes = Object.entries(refusalStatus)
    .map(([code, status]) => `- \`${code}\` (${status})`)
    .join('\n');
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tủ Sách',
      version,
      description: `Every answer that is not a success is an RFC 9457 problem whose \`code\` is permanent.\n\nUploads use tus 1.0 at \`/api/uploads\`.\n\n## Codes\n\n${codes}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ token: [] }, { cookie: [] }, {}],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'tusach' },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
  });
}
