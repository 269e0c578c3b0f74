import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

const code = /\.(ts|svelte|mjs|cjs)$/;
const vague = /(^|[-.])(services?|managers?|helpers?|utils?|data|infos?|base|impl|common|misc)([-.]|$)/i;
/** `common` in the contract is what every answer shares; the word stands in no other name. */
const excused = new Set(['server/contract/common.ts']);

const lines = (file: string): number => readFileSync(join(projectRoot, file), 'utf8').split('\n').length;

describe('architecture: names and sizes', () => {
  const files = sourceFiles().filter((file) => code.test(file) && !file.startsWith('server/sample/make/'));

  it('reads the project', () => expect(files.length).to.be.greaterThan(200));

  it('names are kebab-case (components PascalCase) and say what is inside', () => {
    const wrong = files.filter((file) => {
      const name = basename(file);
      const good = name.endsWith('.svelte') ? /^[A-Z][A-Za-z]+\.svelte$/ : /^(\d{3}-)?[a-z][a-z0-9-]*(\.(svelte|test|suite|config))?\.(ts|mjs|cjs|js)$/;
      return !good.test(name) || (vague.test(name) && !excused.has(file));
    });
    expect(wrong).to.deep.equal([]);
  });

  it('a file’s name is its own', () => {
    const seen = new Map<string, string[]>();
    for (const file of files) {
      // A test is named for what it tests; entry points and lists have the names their tools expect.
      if (/\.(test|suite)\.ts$|(^|\/)(index|main|run|worker|app)\.ts$/.test(file)) continue;
      seen.set(basename(file), [...(seen.get(basename(file)) ?? []), file]);
    }
    expect([...seen.values()].filter((same) => same.length > 1)).to.deep.equal([]);
  });

  it('a file can be read in one go: 300 lines, tests 500', () => {
    const lists = /^(web\/messages\/|storage\/metadata\/migrations\/|server\/sample\/sample-texts|server\/accounts\/account-routes)/;
    const long = files.filter((file) => !lists.test(file) && lines(file) > (file.startsWith('test/') ? 500 : 300));
    expect(long.map((file) => `${file} ${lines(file)}`)).to.deep.equal([]);
  });

  it('the top level is the fixed one, and each folder has its page', () => {
    const top = new Set(sourceFiles().map((file) => file.split('/')[0]));
    const folders = [...new Set(sourceFiles().filter((file) => file.includes('/')).map((file) => file.split('/')[0]!))];
    expect(folders.filter((folder) => !['server', 'web', 'storage', 'search', 'test', '.ci'].includes(folder))).to.deep.equal([]);
    for (const name of ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json']) expect(top.has(name), name).to.equal(true);
    for (const folder of ['server', 'web', 'storage', 'search', 'test']) {
      const text = readFileSync(join(projectRoot, folder, 'README.md'), 'utf8');
      expect(text.split('\n').length, folder).to.be.within(8, 120);
    }
  });

  it('barrels are the two doors of storage and search', () => {
    const barrels = files.filter((file) => basename(file) === 'index.ts' && !file.startsWith('test/'));
    expect(barrels.map((file) => dirname(file)).sort()).to.deep.equal(['search', 'storage']);
  });
});
