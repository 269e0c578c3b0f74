import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { cruise, type IModule } from 'dependency-cruiser';
import { sourceFiles } from '../support/source-files.ts';

/** Files that may import a heavy package: one door each, so that it can be replaced, limited or counted in one place. */
const doors: Record<string, RegExp> = {
  sharp: /^server\/(ingest\/images\/|ingest\/document-process|reader\/image-request)/,
  'pdfjs-dist': /^server\/ingest\/pdf\//,
  '@hyzyla/pdfium': /^server\/ingest\/pdf\//,
  '@napi-rs/canvas': /^server\/ingest\/(typeset|pdf)\//,
  'tesseract.js': /^server\/ingest\/text-recognition\//,
  yauzl: /^server\/(ingest|keeping)\//,
  yazl: /^server\/(ingest|keeping)\//,
  meilisearch: /^search\/engines\/meilisearch-server/,
  kysely: /^storage\/metadata\//,
  pg: /^storage\/metadata\/postgres-connections/,
  '@photostructure/sqlite': /^(storage\/metadata\/sqlite-dialect|search\/engines\/embedded)/,
  '@node-rs/argon2': /^server\/accounts\/passwords/,
  '@tus/server': /^server\/files\/(uploads-tus|tus-)/,
  minio: /^storage\/objects\/s3/,
  nodemailer: /^server\/accounts\/mail/,
  pino: /^server\/log/,
  'prom-client': /^server\/operation\/metrics\.ts/,
  'zod-openapi': /^server\/http\/openapi/,
  jose: /^server\/lti\/signed-messages/,
  helmet: /^server\/(app|http\/api-docs)\.ts/,
};

/** Who may import whom. `from` and `to` are the start of a path; what is not named here is forbidden between the named parts. */
const allowed: { from: RegExp; to: RegExp }[] = [
  { from: /^web\//, to: /^(web\/|server\/contract\/|search\/vietnamese\/)/ },
  { from: /^search\//, to: /^search\// },
  { from: /^storage\//, to: /^storage\// },
  { from: /^server\/contract\//, to: /^server\/contract\// },
  { from: /^server\//, to: /^(server|storage|search)\// },
];

interface Arrow {
  from: string;
  to: string;
  typeOnly: boolean;
  /** Imported when it is needed: the router's pages. */
  later?: boolean;
}

describe('architecture: imports', function () {
  this.timeout(60_000);
  let arrows: Arrow[];
  let packages: Arrow[];
  let modules: IModule[];

  before(async () => {
    const result = await cruise(['server', 'storage', 'search', 'web'], {
      exclude: { path: '^(web/dist|server/sample/make)/' },
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: 'specify',
      tsConfig: { fileName: 'tsconfig.json' },
      exoticRequireStrings: [],
    });
    if (typeof result.output === 'string') throw new Error('cruise answered text');
    modules = result.output.modules.filter((module) => /\.(ts|svelte|mjs)$/.test(module.source) && !module.source.includes('node_modules'));
    const all = modules.flatMap((module) =>
      module.dependencies.map((dependency) => ({
        from: module.source,
        to: dependency.resolved,
        name: dependency.module,
        typeOnly: dependency.typeOnly === true || dependency.preCompilationOnly === true,
        later: dependency.dynamic,
      })),
    );
    arrows = all.filter(({ to }) => /^(server|storage|search|web|test)\//.test(to));
    packages = all.filter(({ name }) => !/^[./]/.test(name)).map(({ from, name, typeOnly }) => ({ from, to: name, typeOnly }));
  });

  it('every source file was read, and their imports too', () => {
    // A rule that reads nothing passes: hold the reader to what is on disk.
    const onDisk = sourceFiles().filter((file) => /^(server|storage|search)\/.*\.ts$/.test(file) && !file.includes('/make/'));
    const read = new Set(modules.map((module) => module.source));
    expect(onDisk.filter((file) => !read.has(file))).to.deep.equal([]);
    expect(read.size).to.be.greaterThan(120);
    expect(arrows.length).to.be.greaterThan(400);
    expect(arrows.some(({ from, to }) => from.endsWith('.svelte') && to.startsWith('web/'))).to.equal(true);
  });

  it('parts import only what they may', () => {
    const wrong = arrows.filter(({ from, to }) => !to.startsWith('test/') && !allowed.find((rule) => rule.from.test(from))?.to.test(to));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).to.deep.equal([]);
    const bench = arrows.filter(({ to }) => to.startsWith('test/'));
    expect(bench).to.deep.equal([]);
  });

  it('no file imports itself by way of others', () => {
    expect(cycles(arrows.filter(({ typeOnly, later }) => !typeOnly && !later)).map((cycle) => cycle.join(' -> '))).to.deep.equal([]);
  });

  it('features use each other one way only', () => {
    const feature = (path: string): string => /^server\/([^/]+)\//.exec(path)?.[1] ?? (path.startsWith('server/') ? 'top' : path.split('/')[0]!);
    const between = arrows
      .filter(({ from, to }) => /^server\//.test(from) && /^server\//.test(to) && feature(from) !== feature(to) && feature(from) !== 'top')
      .map(({ from, to }) => ({ from: feature(from), to: feature(to), typeOnly: false }));
    expect(between.length).to.be.greaterThan(50);
    expect(cycles(between).map((cycle) => cycle.join(' -> '))).to.deep.equal([]);
  });

  it('each heavy package has one door', () => {
    const wrong = packages.filter(({ from, to, typeOnly }) => {
      const door = Object.entries(doors).find(([name]) => to === name || to.startsWith(`${name}/`))?.[1];
      return door && !typeOnly && !door.test(from);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).to.deep.equal([]);
    const used = new Set(packages.map(({ to }) => to));
    expect(Object.keys(doors).filter((name) => ![...used].some((one) => one === name || one.startsWith(`${name}/`)))).to.deep.equal([]);
  });

  it('only routes and the HTTP layer know Express; the contract knows zod alone', () => {
    const express = packages.filter(({ from, to, typeOnly }) => to === 'express' && !typeOnly && !/^server\/(http\/|app\.ts)/.test(from));
    expect(express.map(({ from }) => from)).to.deep.equal([]);
    const contract = packages.filter(({ from, to }) => from.startsWith('server/contract/') && to !== 'zod');
    expect(contract).to.deep.equal([]);
    expect(packages.filter(({ from }) => from.startsWith('server/contract/')).length).to.be.greaterThan(4);
  });

  it('the web takes types alone from the contract', () => {
    const values = arrows.filter(({ from, to, typeOnly }) => from.startsWith('web/') && to.startsWith('server/contract/') && !typeOnly);
    const text = values.filter(({ from, to }) => {
      const name = to.split('/').at(-1)!;
      return readFileSync(from, 'utf8')
        .split('\n')
        .some((line) => line.includes(name) && /^\s*import (?!type)/.test(line));
    });
    expect(text.map(({ from, to }) => `${from} -> ${to}`)).to.deep.equal([]);
  });

  it('only storage/metadata writes queries', () => {
    const builders = /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/;
    const files = sourceFiles().filter((file) => /^(server|search|web)\/.*\.ts$/.test(file));
    const wrong = files.filter((file) => builders.test(readFileSync(file, 'utf8')));
    expect(files.length).to.be.greaterThan(100);
    expect(wrong).to.deep.equal([]);
  });
});

/** Cycles of a graph, each once, by depth-first search. */
function cycles(edges: readonly Arrow[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (from === to) continue;
    if (!next.has(from)) next.set(from, new Set());
    next.get(from)!.add(to);
  }
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (node: string): void => {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node]);
      return;
    }
    if (done.has(node)) return;
    path.push(node);
    for (const one of next.get(node) ?? []) walk(one);
    path.pop();
    done.add(node);
  };
  for (const node of next.keys()) walk(node);
  return found;
}
