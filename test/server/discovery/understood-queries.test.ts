import { expect } from 'chai';
import type { MarkedText } from '../../../server/contract/search.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { schoolOf, settled, shelve } from '../catalogue/shelf.ts';

describe('what was understood, over the wire', function () {
  this.timeout(20_000);
  let app: TestApp;
  before(async () => {
    app = await openTestApp();
    app.work();
    const school_id = schoolOf(await app.as('librarian'));
    const add = (title: string, description = {}, pages: string[] = []) =>
      shelve(app, { school_id, title, description }, pages);
    await add('Giáo dục công dân: Bảo vệ môi trường', { subjects: ['GDCD'], grades: ['8'] }, [
      'Một bài giáo dục công dân.',
    ]);
    await add('Con đường phía trước', {}, ['Những con đường dài']);
    for (let n = 0; n < 25; n++) await add(`Quang hợp ở lá ${n}`);
    await settled(app);
  });
  after(() => app.close());

  const search = async (query: Record<string, string>) => {
    const answer = await app.visitor().get(`/api/search?${new URLSearchParams(query)}`);
    expect(answer.status, answer.text).equal(200);
    return answer.body;
  };
  const marked = (runs: MarkedText): string => runs.flatMap(({ text, marked: is }) => (is ? [text] : [])).join(' ');

  it('an abbreviation is a chip, and the words that it stands for are marked in titles and on pages', async () => {
    const { understood, records } = await search({ q: 'gdcd 8' });
    expect(understood.map(({ facet, code }: { facet: string; code: string }) => [facet, code])).deep.equal([
      ['subject', 'GDCD'],
      ['grade', '8'],
    ]);
    expect(marked(records[0].markedTitle)).equal('Giáo dục công dân');
    const [subject] = (await search({ q: 'gdcd' })).records;
    expect(subject.pages.map(({ snippet }: { snippet: MarkedText }) => marked(snippet))).deep.equal([
      'giáo dục công dân',
    ]);
  });

  it('a chip that was taken back is not understood, and literally nothing is', async () => {
    const { understood } = await search({ q: 'gdcd 8', drop: 'gdcd' });
    expect(understood.map(({ typed }: { typed: string }) => typed)).not.include('gdcd');
    const literal = await search({ q: 'gdcd 8', literal: '1' });
    expect([literal.understood, literal.corrected]).deep.equal([[], null]);
    const slip = await search({ q: 'quang hpo', literal: '1' });
    expect(slip.corrected).equal(null);
  });

  it('keystrokes of an input method that was off find, and what they would have written is marked and looked for in the book', async () => {
    const { understood, records } = await search({ q: 'con dduwowfng' });
    expect(understood).deep.include({ kind: 'keys', typed: 'dduwowfng', label: 'đường', facet: null, code: null });
    expect(records[0].title).equal('Con đường phía trước');
    expect(marked(records[0].markedTitle)).equal('Con đường');
    const [page] = records[0].pages;
    expect(marked(page.snippet)).equal('con đường');
    expect(decodeURIComponent(page.url)).match(/\?q=con đường$/);
  });

  it('a slip is put right, said, and the right word marked', async () => {
    const { corrected, records, total } = await search({ q: 'quang hpo' });
    expect(corrected).include({ instead: true });
    expect(total).equal(25);
    expect(marked(records[0].markedTitle)).equal('Quang hợp');
    expect((await search({ q: 'quang hợp' })).corrected).equal(null);
  });
});
