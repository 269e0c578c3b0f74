import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigFault, readConfig, settings } from '../../server/config.ts';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

const withoutComments = (text: string): string => text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, '');

describe('settings', () => {
  it('the table of the README names every setting and no other', () => {
    const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/^\| (`[A-Z_`, ]+`) \|/gm)].flatMap((row) => [...row[1]!.matchAll(/[A-Z_]{2,}/g)].map((name) => name[0]));
    expect(named.sort()).to.deep.equal(Object.keys(settings.shape).sort());
  });

  it('faults are told all at once, by name', () => {
    try {
      readConfig({ PORT: 'eighty', INGEST_AT_ONCE: '0', PUBLIC_URL: 'ftp://x' });
      expect.fail('no fault');
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigFault);
      expect((error as ConfigFault).faults.map((fault) => fault.split(':')[0]).sort()).to.deep.equal(['INGEST_AT_ONCE', 'PORT', 'PUBLIC_URL']);
    }
  });

  it('only config.ts reads the environment (and worker.ts hands PATH to the search for programs)', () => {
    const files = sourceFiles().filter((file) => /^(server|storage|search)\/.*\.ts$/.test(file));
    const readers = files.filter((file) => withoutComments(readFileSync(join(projectRoot, file), 'utf8')).includes('process.env'));
    expect(readers).to.deep.equal(['server/config.ts', 'server/worker.ts']);
  });
});
