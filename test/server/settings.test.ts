import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigFault, readConfig, settings } from '../../server/config.ts';
import { projectRoot, sourceFiles } from '../support/source-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

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

  it('a secret comes from a file as well, and what is wrong with the file is told without its content', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const file = join(path, 'database-url');
      writeFileSync(file, 'postgres://tusach:secret@db/tusach\n');
      expect(readConfig({ DATABASE_URL_FILE: file }).databaseUrl).to.equal('postgres://tusach:secret@db/tusach');
      writeFileSync(join(path, 'empty'), '\n');
      writeFileSync(join(path, 'odd'), 'secret-of-another-kind');
      const faultsOf = (environment: NodeJS.ProcessEnv): string[] => {
        try {
          readConfig(environment);
        } catch (error) {
          return (error as ConfigFault).faults;
        }
        return [];
      };
      expect(faultsOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://b/c' })).to.deep.equal(['DATABASE_URL and DATABASE_URL_FILE: set one of them']);
      expect(faultsOf({ DATABASE_URL_FILE: join(path, 'missing') })).to.deep.equal([`DATABASE_URL_FILE: ${join(path, 'missing')} cannot be read (ENOENT)`]);
      expect(faultsOf({ SMTP_URL_FILE: join(path, 'empty') })).to.deep.equal([`SMTP_URL_FILE: ${join(path, 'empty')} is empty`]);
      const odd = faultsOf({ OBJECT_STORE_URL_FILE: join(path, 'odd') });
      expect(odd).to.have.length(1);
      expect(odd[0]).to.match(/^OBJECT_STORE_URL: /).and.not.include('secret-of');
    } finally {
      await remove();
    }
  });

  it('only config.ts reads the environment (and worker.ts hands PATH to the search for programs)', () => {
    const files = sourceFiles().filter((file) => /^(server|storage|search)\/.*\.ts$/.test(file));
    const readers = files.filter((file) => withoutComments(readFileSync(join(projectRoot, file), 'utf8')).includes('process.env'));
    expect(readers).to.deep.equal(['server/config.ts', 'server/worker.ts']);
  });
});
