import { expect } from 'chai';
import { type Actor, isCataloguer, isStaff } from '../../../server/access/actor.ts';
import { effectiveScope, mayReach } from '../../../server/access/audience.ts';
import { type Asker, openTwoSchools, type Stored, type TwoSchools } from '../access/two-schools.ts';
import { all, readXml, texts } from '../harvest/oai-reading.ts';
import { basic } from './shelved-library.ts';

/** What a reader of this kind finds in a catalogue, said another way than the server says it. */
function expectedOn(actor: Actor, { record, state }: Stored): boolean {
  if (state !== 'published') return false;
  const scope = effectiveScope(record);
  if (scope === 'public') return true;
  if (scope === 'library' || actor.kind !== 'person') return false;
  return (scope === 'sector' && isStaff(actor)) || actor.schoolId === record.school_id;
}

describe('a catalogue for reader apps shows what its reader may read, whatever they sign in with', function () {
  this.timeout(30_000);
  let library: TwoSchools;
  before(async () => {
    library = await openTwoSchools();
  });
  after(() => library.close());

  /** By Basic, in a browser that has no cookie. */
  const signIn = ({ name, actor }: Asker): Record<string, string> => (actor.kind === 'guest' ? {} : basic(name));
  const secrets = (text: string): string[] => [...new Set(text.match(/bimat\d{4}x/g))];

  it('lists, totals, facets and the tree hold that and nothing more, in both versions', async () => {
    const sizes: number[] = [];
    for (const asker of library.askers) {
      const expected = library.stored.filter((one) => expectedOn(asker.actor, one));
      const ids = expected.map(({ record }) => record.id);
      sizes.push(ids.length);
      const headers = signIn(asker);
      const who = library.visitor();
      const lists = ['/opds/new?size=100', '/opds/records?size=100', '/opds/records?q=chung&size=100'];
      for (const path of lists) {
        const feed = readXml((await who.get(path, headers)).text);
        const entries = feed.children.filter(({ name }) => name === 'entry');
        expect(entries.map((entry) => texts(entry, 'id')[0]!.slice(9)), `${asker.name} ${path}`).have.members(ids);
        expect(texts(feed, 'totalResults'), `${asker.name} ${path}`).deep.equal([String(ids.length)]);
        const counted = all(feed, 'link').filter(({ attributes }) => attributes['opds:facetGroup'] === 'Môn' && attributes['thr:count']);
        expect(counted.length, `${asker.name} ${path}`).equal(Math.min(25, ids.length));
      }
      for (const path of ['/opds/v2/new?size=100', '/opds/v2/records?query=chung&size=100'])
        expect((await who.get(path, headers)).body.metadata.numberOfItems, `${asker.name} ${path}`).equal(ids.length);
      for (const path of [...lists.slice(1), '/opds/v2/new?size=100', '/opds/subjects', '/opds/v2/levels', '/opds/records?subject=bimat0000x']) {
        const answer = await who.get(path, headers);
        expect(answer.headers.getSetCookie(), path).deep.equal([]);
        expect(answer.headers.get('cache-control'), path).match(asker.actor.kind === 'guest' ? /^public/ : /^private/);
        const hidden = secrets(answer.text.replaceAll('bimat0000x', '')).filter((secret) => !expected.some((one) => one.secret === secret));
        expect(hidden, `${asker.name} ${path}`).deep.equal([]);
      }
      const types = readXml((await who.get('/opds/types', headers)).text);
      expect(all(types, 'link').find(({ attributes }) => attributes['href'] === '/opds/records')!.attributes['thr:count']).equal(String(ids.length));
      expect((await asker.visitor.get('/opds/v2/new')).body.metadata.numberOfItems, `${asker.name} by cookie`).equal(ids.length);
    }
    expect(Math.min(...sizes)).greaterThan(1);
    expect(Math.max(...sizes)).greaterThan(Math.min(...sizes) + 5);
  });

  it('entries, originals and pages open by the same rights; a guest is asked to sign in for all else, there or not', async () => {
    const opened = { entry: 0, original: 0, page: 0 };
    for (const [at, asker] of library.askers.entries()) {
      const { actor } = asker;
      const guest = actor.kind === 'guest';
      const closed = guest ? 401 : 404;
      const wrong: string[] = [];
      const ask = async (kind: keyof typeof opened, path: string, status: number, { secret, state, record }: Stored) => {
        const answer = await library.visitor().get(path, signIn(asker));
        if (answer.status === 200) opened[kind]++;
        const told = `${kind} of ${state} × ${record.scope} × ${record.licence}`;
        if (answer.status !== status) wrong.push(`${told}: ${answer.status} instead of ${status}`);
        if (answer.status !== 200 && answer.status !== 410 && answer.text.includes(secret)) wrong.push(`${told}: tells what is inside`);
        const forAll = expectedOn(library.askers[0]!.actor, { record, state } as Stored);
        if (answer.headers.get('access-control-allow-origin') && !forAll) wrong.push(`${told}: open to other sites`);
        if (answer.status === 200 && !forAll && !/^private/.test(answer.headers.get('cache-control')!)) wrong.push(`${told}: kept by shared caches`);
        if (answer.status === 401 && answer.headers.get('content-type') !== 'application/opds-authentication+json') wrong.push(`${told}: does not say how to sign in`);
      };
      // A sixth of them for each asker, so that all are asked for by some.
      const some = library.stored.filter((_, place) => place % 6 === at % 6);
      const asked = some.map(async (stored) => {
        const { record, fileId } = stored;
        const open = mayReach(actor, record) && record.deleted_at === null;
        const tombstone = !mayReach(actor, record) && record.deleted_at === null && record.state === 'withdrawn' && mayReach(actor, { ...record, state: 'published' });
        const takeAway = ['CC-BY-4.0', 'NGANH', 'NOI_BO'].includes(record.licence);
        const keeps = (isCataloguer(actor) && actor.schoolId === record.school_id) || (isStaff(actor) && actor.id === record.created_by);
        await ask('entry', `/opds/records/${record.id}`, expectedOn(actor, stored) ? 200 : tombstone ? 410 : closed, stored);
        await ask('original', `/opds/files/${fileId}/original`, open ? (takeAway || keeps ? 200 : guest ? 401 : 403) : closed, stored);
        await ask('page', `/opds/files/${fileId}/pages?page=0`, open ? 200 : tombstone ? 410 : closed, stored);
      });
      await Promise.all(asked);
      expect(wrong, asker.name).deep.equal([]);
      for (const path of ['/opds/records/x', '/opds/v2/records/x', '/opds/files/x/original', '/opds/files/x/pages?page=0']) expect((await library.visitor().get(path, signIn(asker))).status, path).equal(closed);
    }
    expect(Math.min(...Object.values(opened))).greaterThan(12);
  });
});
