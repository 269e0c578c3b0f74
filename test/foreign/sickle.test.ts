import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type Fleet, type Member, openFleet } from '../support/fleet.ts';
import { fillPublished } from '../support/published-records.ts';
import { projectRoot } from '../support/source-files.ts';
import type { Visitor } from '../support/visitor.ts';
import { pythonWith } from './python-packages.ts';

const records = 10_000;

interface Told {
  id: string;
  datestamp: string;
  deleted: boolean;
  sets: string[];
  root?: string;
  titles?: string[];
  spec?: string;
  prefix?: string;
  error?: string;
  end?: true;
}

/** Python's sickle, which knows nothing of us, takes our catalogue as anybody would; a web process of its own answers. */
describe('sickle harvests us', function () {
  this.timeout(240_000);
  let python: string;
  let fleet: Fleet;
  let web: Member;
  let librarian: Visitor;
  let ids: string[];

  before(async function () {
    python = await pythonWith(this, ['sickle==0.7.0']);
    fleet = await openFleet();
    ids = await fillPublished(fleet.storage, { records, seed: 7 });
    web = await fleet.start('web');
    librarian = await fleet.librarian(web.url);
  });
  after(() => fleet?.close());

  /** `heard` is told of each thing as it comes. */
  async function sickle(verb: string, given: Record<string, string> = {}, heard?: (told: Told, count: number) => void): Promise<Told[]> {
    const script = join(projectRoot, 'test', 'foreign', 'harvest_by_sickle.py');
    const child = spawn(python, [script, `${web.url}/oai`, verb, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const ended = once(child, 'exit');
    const told: Told[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const one = JSON.parse(line) as Told;
      told.push(one);
      heard?.(one, told.length);
    }
    expect(await ended, complaint).to.eql([0, null]);
    const last = told.pop()!;
    if (last.error) return [last];
    expect(last.end, complaint).to.equal(true);
    return told;
  }
  const list = (prefix: string, more: Record<string, string> = {}) => sickle('ListRecords', { metadataPrefix: prefix, ...more });
  const urn = (id: string): string => `urn:uuid:${id}`;

  it('takes 10,000 records while they are changed, withdrawn, hidden and added: none is missing, none comes twice, the rest comes with the next harvest', async () => {
    const begun = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    const standing = new Map<string, { title: string; deleted: boolean }>();
    const counts = { changed: 0, withdrawn: 0, hidden: 0, added: 0 };
    let harvesting = true;
    const change = async (id: string, how: 'changed' | 'withdrawn' | 'hidden'): Promise<void> => {
      const { body } = await librarian.get(`/api/records/${id}`);
      const title = `Đã sửa ${counts.changed}`;
      const answer =
        how === 'withdrawn'
          ? await librarian.post(`/api/records/${id}/withdraw`, { version: body.version, reason: 'thử' })
          : await librarian.ask('PATCH', `/api/records/${id}`, { version: body.version, ...(how === 'hidden' ? { scope: 'school' } : { description: { title } }) });
      expect(answer.status, answer.text).to.equal(200);
      counts[how]++;
      standing.set(id, { title, deleted: how !== 'changed' });
    };
    const writing = (async () => {
      // From both ends: of what has been told and of what is still to come.
      for (let step = 0; harvesting; step++) {
        for (const id of [ids[step]!, ids[records - 1 - step]!]) await change(id, (['changed', 'withdrawn', 'changed', 'hidden'] as const)[step % 4]!);
        const made = (await librarian.post('/api/records', { title: `Mới ${step}`, licence: 'CC0-1.0', scope: 'public' })).body;
        expect((await librarian.post(`/api/records/${made.id}/publish`, { version: made.version })).status).to.equal(200);
        standing.set(made.id, { title: `Mới ${step}`, deleted: false });
        counts.added++;
      }
    })();
    let during = 0;
    const told = await sickle('ListRecords', { metadataPrefix: 'oai_dc' }, (_, count) => {
      if (count === 5_000) during = counts.changed;
    });
    harvesting = false;
    await writing;
    expect(during, 'changes before the middle of the list').to.be.above(10);
    expect(Math.min(...Object.values(counts))).to.be.above(5);
    const seen = new Set(told.map(({ id }) => id));
    expect(seen.size, 'told twice').to.equal(told.length);
    expect(ids.filter((id) => !seen.has(urn(id))), 'lost').to.eql([]);

    // What is kept of both harvests is what stands in the library.
    const kept = new Map(told.map((one) => [one.id, one]));
    const later = await list('oai_dc', { from: begun });
    expect(new Set(later.map(({ id }) => id)).size).to.equal(later.length);
    for (const one of later) kept.set(one.id, one);
    expect(kept.size).to.equal(records + counts.added);
    for (const [id, { title, deleted }] of standing) {
      const one = kept.get(urn(id));
      expect([one?.deleted, deleted ? undefined : one?.titles], id).to.eql([deleted, deleted ? undefined : [title]]);
    }
    expect([...kept.values()].filter(({ deleted }) => deleted)).to.have.length(counts.withdrawn + counts.hidden);
  });

  it('takes every format, each record in the root element of its format, the deleted ones without', async () => {
    const roots: Record<string, string> = {
      oai_dc: '{http://www.openarchives.org/OAI/2.0/oai_dc/}dc',
      marcxml: '{http://www.loc.gov/MARC21/slim}record',
      lom: '{http://ltsc.ieee.org/xsd/LOM}lom',
      oai_openaire: '{http://namespace.openaire.eu/schema/oaire/}resource',
    };
    const formats = (await sickle('ListMetadataFormats')).map(({ prefix }) => prefix!);
    expect(formats).to.include.members(Object.keys(roots));
    const whole = (await sickle('ListIdentifiers', { metadataPrefix: 'oai_dc' })).map(({ id }) => id);
    expect(new Set(whole).size).to.equal(whole.length);
    for (const prefix of formats) {
      const told = await list(prefix);
      expect(told.map(({ id }) => id), prefix).to.eql(whole);
      const found = new Set(told.filter(({ deleted }) => !deleted).map(({ root }) => root));
      expect([...found], prefix).to.have.length(1);
      if (roots[prefix]) expect([...found]).to.eql([roots[prefix]]);
    }
  });

  it('takes a set, which holds what says that it is in it and nothing else', async () => {
    const whole = await sickle('ListIdentifiers', { metadataPrefix: 'oai_dc' });
    const specs = (await sickle('ListSets')).map(({ spec }) => spec!);
    expect(specs).to.include.members(['subject', 'subject:TOAN', 'grade:6']);
    for (const spec of ['subject', 'subject:TOAN', 'grade:6', 'type:SGK']) {
      const inIt = whole.filter(({ sets }) => sets.some((one) => one === spec || one.startsWith(`${spec}:`)));
      expect((await sickle('ListIdentifiers', { metadataPrefix: 'oai_dc', set: spec })).map(({ id }) => id), spec).to.eql(inIt.map(({ id }) => id));
    }
  });

  it('takes what lies between two moments, both included, and is told when there is nothing', async () => {
    const whole = await sickle('ListIdentifiers', { metadataPrefix: 'oai_dc' });
    const [from, until] = [whole[4_000]!.datestamp, whole[4_020]!.datestamp];
    const between = whole.filter(({ datestamp }) => datestamp >= from && datestamp <= until).map(({ id }) => id);
    expect(between.length).to.be.at.least(10);
    expect((await sickle('ListIdentifiers', { metadataPrefix: 'oai_dc', from, until })).map(({ id }) => id)).to.eql(between);
    expect(await list('oai_dc', { until: '1999-01-01' })).to.eql([{ error: 'NoRecordsMatch' }]);
    expect(await list('none')).to.eql([{ error: 'CannotDisseminateFormat' }]);
    const [said] = (await sickle('Identify')) as unknown as [{ granularity: string; deletedRecord: string; earliestDatestamp: string }];
    expect(said).to.include({ granularity: 'YYYY-MM-DDThh:mm:ssZ', deletedRecord: 'persistent' });
    expect(whole.every(({ datestamp }) => datestamp >= said.earliestDatestamp)).to.equal(true);
  });
});
