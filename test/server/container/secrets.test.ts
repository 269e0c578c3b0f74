import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readConfig } from '../../../server/config.ts';
import { projectRoot } from '../../support/source-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { composeFile, filledIn } from './compose-file.ts';

const owners = ['database', 'objects', 'search', 'library'];

describe('the secrets of a grown installation', () => {
  let folder: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    for (const name of [...owners.map((owner) => join('secrets', owner)), 'volumes/objects', 'volumes/minio', 'volumes/search']) await mkdir(join(folder, name), { recursive: true });
  });
  afterEach(() => remove());

  async function make(): Promise<{ code: number; stdout: string; stderr: string }> {
    const run = promisify(execFile)(process.execPath, [join(projectRoot, 'server/container/make-secrets.mjs'), join(folder, 'secrets'), join(folder, 'volumes')]);
    return run.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  }
  const path = (name: string): string => join(folder, 'secrets', name);
  const all = async (): Promise<Record<string, string>> =>
    Object.fromEntries(await Promise.all(owners.map(async (owner) => Promise.all((await readdir(path(owner))).map(async (name) => [`${owner}/${name}`, await readFile(path(join(owner, name)), 'utf8')] as const)))).then((lists) => lists.flat()));

  it('are made once, long and different, readable by owner and group alone, and told to nobody', async () => {
    const first = await make();
    expect(first.code, first.stderr).to.equal(0);
    const made = await all();
    expect(await make()).to.include({ code: 0 });
    expect(await all()).to.deep.equal(made);
    const password = made['database/password']!.trim();
    const keys = [password, made['objects/secret-key']!.trim(), /"(.*)"/.exec(made['search/meilisearch.toml']!)![1]!, made['library/metrics-token']!.trim()];
    expect(new Set(keys).size).to.equal(4);
    for (const key of keys) {
      expect(key).to.match(/^[\w-]{43}$/);
      expect(first.stdout + first.stderr).to.not.include(key);
    }
    for (const name of Object.keys(made)) expect(((await stat(path(name))).mode & 0o777).toString(8), name).to.equal('440');
  });

  it('the addresses that web and worker are given open what the servers are given, at the names of the services', async () => {
    await make();
    const made = await all();
    const { services } = composeFile();
    for (const store of ['versitygw', 'minio']) {
      const given = Object.entries(services['web']!.environment!).map(([name, value]) => [name, filledIn(String(value), { OBJECTS: store }).replace('/run/tu-sach', join(folder, 'secrets'))]);
      const config = readConfig(Object.fromEntries(given) as Record<string, string>);
      const database = new URL(config.databaseUrl!);
      expect(database).to.include({ hostname: 'database', port: '5432', pathname: `/${services['database']!.environment!['POSTGRES_DB']}`, username: services['database']!.environment!['POSTGRES_USER'], password: made['database/password']!.trim() });
      const objects = new URL(config.objectStoreUrl!);
      expect(objects).to.include({ hostname: store, username: made['objects/access-key']!.trim(), password: made['objects/secret-key']!.trim() });
      expect(services[store]!.command!.join(' ')).to.include(`:${objects.port}`);
      const search = new URL(config.searchUrl!);
      expect(search.hostname).to.equal('search');
      expect(services['search']!.environment!['MEILI_HTTP_ADDR']).to.equal(`0.0.0.0:${search.port}`);
      expect(made['search/meilisearch.toml']).to.equal(`master_key = "${search.password}"\n`);
      expect(config.metricsToken).to.equal(made['library/metrics-token']!.trim());
      for (const { hostname } of [database, objects, search]) expect(services).to.have.property(hostname);
    }
  });

  it('a start that broke off midway is completed; what was there stays', async () => {
    await make();
    const made = await all();
    for (const name of ['library/complete', 'library/search-url', 'search/meilisearch.toml']) await unlink(path(name));
    expect(await make()).to.include({ code: 0 });
    const again = await all();
    expect(Object.keys(again).sort()).to.deep.equal(Object.keys(made).sort());
    expect(again['database/password']).to.equal(made['database/password']);
    expect(again['search/meilisearch.toml']).to.not.equal(made['search/meilisearch.toml']);
  });

  it('a secret that is lost is not made anew: the start is refused, and the sentence names it', async () => {
    await make();
    await unlink(path('database/password'));
    const refused = await make();
    expect(refused).to.include({ code: 1, stdout: '' });
    expect(refused.stderr).to.include('database/password').and.include('Thiếu bí mật').and.include('Restore the volumes secret-*');
    expect((await readdir(path('database'))).length).to.equal(0);
  });

  it('all secrets lost while the stores hold something: refused too', async () => {
    await writeFile(join(folder, 'volumes/objects/tusach'), '');
    expect(await make()).to.include({ code: 1 });
    expect(Object.keys(await all())).to.deep.equal([]);
  });

  it('a volume that is not there or not ours is named', async () => {
    await rm(path('search'), { recursive: true });
    const refused = await make();
    expect(refused).to.include({ code: 1 });
    expect(refused.stderr).to.include(`${path('search')} cannot be written`);
  });
});
