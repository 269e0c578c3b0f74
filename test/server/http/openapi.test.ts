import { expect } from 'chai';
import { openTestApp, type TestApp } from '../../support/app.ts';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Words of JSON Schema 2020-12 that may stand in a schema of ours; a mistake in a generator shows as another one. */
const keywords = new Set(
  'type properties required additionalProperties propertyNames items prefixItems enum const anyOf oneOf allOf not format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems default description title $ref nullable readOnly'.split(' '),
);
const types = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];

describe('the description of the API', () => {
  let app: TestApp;
  let document: Json & { paths: Record<string, Record<string, Json>> };
  let cross: string | null;
  before(async () => {
    app = await openTestApp();
    const answer = await app.visitor().get('/api/openapi.json');
    document = answer.body;
    cross = answer.headers.get('access-control-allow-origin');
  });
  after(() => app.close());

  const pathOf = (path: string): string => path.replace(/:([A-Za-z]+)/g, '{$1}');

  function checkSchema(schema: unknown, at: string): void {
    if (schema === true || schema === false) return;
    if (!isObject(schema)) throw new Error(`${at} is no schema`);
    for (const [word, value] of Object.entries(schema)) {
      expect(keywords.has(word), `${at}: ${word}`).to.equal(true);
      if (word === '$ref') resolve(value as string, at);
      if (word === 'type') for (const type of Array.isArray(value) ? value : [value]) expect(types, at).to.include(type);
      if (word === 'properties') for (const [name, inner] of Object.entries(value as Json)) checkSchema(inner, `${at}.${name}`);
      if (['items', 'additionalProperties', 'propertyNames', 'not'].includes(word)) checkSchema(value, `${at}.${word}`);
      if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(word)) (value as unknown[]).forEach((inner, index) => checkSchema(inner, `${at}.${word}[${index}]`));
      if (word === 'pattern') expect(() => new RegExp(value as string, 'u'), at).to.not.throw();
    }
    const { required, properties, propertyNames } = schema as { required?: string[]; properties?: Json; propertyNames?: { enum?: string[] } };
    for (const name of required ?? []) expect(propertyNames?.enum ?? Object.keys(properties ?? {}), at).to.include(name);
  }

  function resolve(reference: string, at: string): void {
    expect(reference, at).to.match(/^#\//);
    let found: unknown = document;
    for (const part of reference.slice(2).split('/')) found = isObject(found) ? found[part.replace(/~1/g, '/').replace(/~0/g, '~')] : undefined;
    expect(found, `${at}: ${reference}`).to.not.equal(undefined);
  }

  it('is OpenAPI 3.1: version, licence, servers, security, and one id for each operation', () => {
    expect(document['openapi']).to.equal('3.1.0');
    expect(document['info']).to.deep.include({ title: 'Tủ Sách', version: 'test', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } });
    expect(document['servers']).to.deep.equal([{ url: 'http://localhost:8080' }]);
    const schemes = Object.keys((document['components'] as { securitySchemes: Json }).securitySchemes);
    for (const requirement of document['security'] as Json[]) for (const name of Object.keys(requirement)) expect(schemes).to.include(name);
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((operation) => operation['operationId']));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.length).to.be.greaterThan(45);
  });

  it('holds every route with its status, its schema, its parameters and its body, and no other', () => {
    const declared = new Set(app.app.routes.map((route) => `${route.method} ${pathOf(route.path)}`));
    const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(described).to.have.members([...declared]);
    for (const route of app.app.routes) {
      const path = pathOf(route.path);
      const name = `${route.method} ${path}`;
      const operation = document.paths[path]![route.method]! as { summary: string; tags: string[]; parameters?: { in: string; name: string; required?: boolean; schema: unknown }[]; requestBody?: Json; responses: Record<string, Json> };
      expect(operation.summary, name).to.match(/^[A-Z].{5,}$/);
      expect(operation.tags, name).to.have.length(1);
      const parameters = operation.parameters ?? [];
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(parameters.filter((one) => one.in === 'path').map((one) => one.name), name).to.have.members(inPath);
      for (const one of parameters) {
        if (one.in === 'path') expect(one.required, `${name} ${one.name}`).to.equal(true);
        checkSchema(one.schema, `${name} ${one.name}`);
      }
      expect('requestBody' in operation, name).to.equal(route.body !== undefined);
      if (operation.requestBody) {
        expect(operation.requestBody['required'], name).to.equal(true);
        checkSchema((operation.requestBody as { content: { 'application/json': { schema: unknown } } }).content['application/json'].schema, `${name} body`);
      }
      const answer = operation.responses[String(route.status ?? 200)] as { description?: string; content?: { 'application/json': { schema: unknown } } };
      expect(answer?.description, name).to.be.a('string');
      if (route.answers === 'bytes') expect(answer.content, name).to.equal(undefined);
      else checkSchema(answer.content!['application/json'].schema, `${name} answer`);
      const fault = operation.responses['default'] as { content: { 'application/problem+json': { schema: { properties: Json } } } };
      checkSchema(fault.content['application/problem+json'].schema, `${name} problem`);
      expect(fault.content['application/problem+json'].schema.properties, name).to.have.property('code');
    }
  });

  it('may be read by any site, and names every code with its status', async () => {
    expect(cross).to.equal('*');
    const { refusalStatus } = await import('../../../server/errors.ts');
    const told = (document['info'] as { description: string }).description;
    for (const [code, status] of Object.entries(refusalStatus)) expect(told).to.contain(`\`${code}\` (${status})`);
  });

  it('is readable at /api/docs without a line to the outside', async () => {
    const guest = app.visitor();
    const page = await guest.get('/api/docs');
    expect(page.status).to.equal(200);
    expect(page.headers.get('content-type')).to.match(/^text\/html/);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).to.match(/default-src 'self'/).and.to.match(/script-src 'self'(;|$)/);
    expect(policy).to.not.match(/https?:/);
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(addresses).to.have.length(3);
    for (const address of addresses) {
      expect(address).to.match(/^\/api\/docs\//);
      const file = await guest.get(address);
      expect(file.status, address).to.equal(200);
      expect(file.text.length, address).to.be.greaterThan(50);
    }
    expect(page.text).to.not.match(/https?:|\/\//);
    const start = await guest.get('/api/docs/start.js');
    expect(start.text).to.contain("url: '/api/openapi.json'").and.to.contain('validatorUrl: null');
  });
});
