import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';

describe('addresses that are not of this library', () => {
  let app: TestApp;
  let removeDist: () => Promise<void>;
  before(async () => {
    const outer = await temporaryFolder();
    removeDist = outer.remove;
    const dist = join(outer.path, 'dist');
    await mkdir(join(dist, 'assets', 'inner'), { recursive: true });
    await writeFile(join(dist, 'index.html'), '<!doctype html><html><head><!--head--></head><body>page</body></html>');
    await writeFile(join(dist, 'assets', 'a.js'), 'asset');
    await writeFile(join(outer.path, 'secret.js'), 'SECRET');
    await writeFile(join(outer.path, 'secret.js.br'), 'SECRET');
    app = await openTestApp({ dist, environment: { PUBLIC_URL: 'https://thuvien.example' } });
  });
  after(async () => {
    await app.close();
    await removeDist();
  });

  /** The path as it is written: fetch would tidy it up. */
  const ask = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; location: string | undefined; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(app.url);
      get({ hostname, port, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, location: response.headers.location, text }));
      }).on('error', reject);
    });

  it('nothing asked for leads to another site', async () => {
    const paths = ['//evil.example/%2e%2e', '//evil.example/..', '/\\evil.example/%2e%2e', '///evil.example/..', '/%5cevil.example/%2e%2e', '/assets//evil.example/..', '//assets', '/assets', '/assets/inner', '/iiif//evil.example/pages/1'];
    for (const path of paths) expect((await ask(path)).location, path).to.equal(undefined);
  });

  it('nothing outside the built pages is read, plain or compressed', async () => {
    for (const headers of [{}, { 'accept-encoding': 'br' }] as Record<string, string>[]) {
      expect((await ask('/assets/a.js', {})).text).to.equal('asset');
      for (const path of ['/assets/../../secret.js', '/assets/..%2f..%2fsecret.js', '/assets/%2e%2e/%2e%2e/secret.js', '/..%2fsecret.js', '/%2e%2e/secret.js', '/assets/..%5c..%5csecret.js', '/assets/%00', '/%2e%2e%2fsecret.js'])
        expect((await ask(path, headers)).text, path).not.to.include('SECRET');
    }
  });

  it('the host that was asked for is taken for nothing: addresses are those of PUBLIC_URL', async () => {
    for (const path of ['/', '/search', '/api/session', '/api/records/x', '/api/openapi.json'])
      expect((await ask(path, { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' })).text, path).not.to.include('evil.example');
  });
});
