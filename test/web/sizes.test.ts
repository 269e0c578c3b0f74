import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { routes } from '../../web/router.ts';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}
type Manifest = Record<string, Chunk>;

const dist = join(projectRoot, 'web/dist');
const kilobyte = 1024;
const catalogueMost = 60 * kilobyte;
const readerMost = 120 * kilobyte;

/** The build of exactly these sources: made here unless it is already newer than all of them. */
function freshBuild(): Manifest {
  const path = join(dist, '.vite/manifest.json');
  const newest = Math.max(
    ...sourceFiles()
      .filter((file) => /^(web|search\/vietnamese)\//.test(file) || file === 'package-lock.json')
      .map((file) => statSync(join(projectRoot, file)).mtimeMs),
  );
  if (!existsSync(path) || statSync(path).mtimeMs < newest) {
    // A process of its own: this one's TypeScript loader would get between Vite and Svelte.
    const vite = join(projectRoot, 'node_modules/vite/bin/vite.js');
    execFileSync(
      process.execPath,
      [vite, 'build', '--config', join(projectRoot, 'web/vite.config.ts'), '--logLevel', 'warn'],
      { cwd: projectRoot },
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** The built files that come with a chunk: itself, what it imports before it runs, and their styles. */
function filesOf(manifest: Manifest, key: string, files = new Set<string>(), seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return files;
  seen.add(key);
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the manifest has no ${key}`);
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, files, seen);
  // What waits for its sentences (state/…-sentences.ts) names two languages and loads one.
  for (const later of chunk.dynamicImports ?? [])
    if (later.startsWith('messages/vi-')) filesOf(manifest, later, files, seen);
  return files;
}

const weigh = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + statSync(join(dist, `${file}.br`)).size, 0);

describe('weight of the pages (JavaScript and CSS, brotli)', function () {
  this.timeout(120_000);
  let manifest: Manifest;
  let frame: Set<string>;

  before(() => {
    manifest = freshBuild();
    const entry = Object.keys(manifest).find((key) => manifest[key]!.isEntry);
    frame = filesOf(manifest, entry!);
    // One language is loaded at a time: the heavier of the two counts.
    const spoken = ['messages/vi.ts', 'messages/en.ts'].map((key) => filesOf(manifest, key));
    const heavier = spoken.sort((a, b) => weigh(b) - weigh(a))[0]!;
    for (const file of heavier) frame.add(file);
  });

  const weights: [string, number][] = [];
  for (const route of routes) {
    const most = route.name === 'read' ? readerMost : catalogueMost;
    it(`${route.path} loads at most ${most / kilobyte} KB`, () => {
      const source = /import\(\s*["'`]\.\/(.+?)["'`]/.exec(route.page.toString())?.[1];
      expect(source, `the page of ${route.name}`).to.be.a('string');
      const weight = weigh(new Set([...frame, ...filesOf(manifest, source!)]));
      weights.push([route.name, weight]);
      expect(weight).to.be.above(10 * kilobyte); // a sum of nothing would pass
      expect(weight).to.be.at.most(most);
    });
  }

  it('weighed every route, and loads uploading and the other language only when they are wanted', () => {
    expect(weights.length).to.equal(routes.length);
    const others = ['api/uploads.ts', 'messages/vi.ts', 'messages/en.ts'].map((key) => manifest[key]?.file);
    expect(others.every((file) => typeof file === 'string')).to.equal(true);
    expect([...frame].filter((file) => others.includes(file)).length, 'languages loaded with the frame').to.equal(1);
    console.log(`      ${weights.map(([name, weight]) => `${name} ${(weight / kilobyte).toFixed(1)}`).join(' · ')} KB`);
  });
});
