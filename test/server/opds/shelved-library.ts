import sharp from 'sharp';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';
import { schoolOf, settled, shelve } from '../catalogue/shelf.ts';

export interface ShelvedLibrary extends TestApp {
  librarian: Visitor;
  /** Record and file by a short name. */
  books: Record<'full' | 'plain' | 'school' | 'reading' | 'paper' | 'linked' | 'draft', { id: string; fileId: string }>;
}

export const basic = (username: string, password = testPassword): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

/** Characters that XML cannot hold, or that mean something in it; a lone surrogate among them. */
export const hostile = 'Phân số \u0001\u000b\ufffe \ud800 <b>&amp;"\'\r\n]]> 😀';

const said = (description: Record<string, unknown>) => ({ description });

/** A library with one record of each kind that reader apps are told apart by, and 12 more. */
export async function openShelvedLibrary(): Promise<ShelvedLibrary> {
  const app = await openTestApp();
  const librarian = await app.as('librarian');
  const school_id = schoolOf(librarian);
  const { objects } = app.storage;
  const page = await sharp({ create: { width: 1000, height: 1500, channels: 3, background: '#fff' } }).jpeg().toBuffer();
  await objects.put('derived/x', page);
  await objects.put('derived/l', await sharp(page).resize(480).webp().toBuffer());
  await objects.put('derived/s', await sharp(page).resize(200).webp().toBuffer());
  const full = await shelve(
    app,
    {
      school_id,
      title: hostile,
      ...said({
        subtitle: 'Tập một',
        agents: [
          { name: 'Nguyễn Du', role: 'aut' },
          { name: 'Trần Vẽ', role: 'ill' },
          { name: 'Lê Dịch', role: 'trl' },
          { name: 'Phạm Khác', role: 'fmo' },
        ],
        publisher: 'NXB Giáo dục',
        year: 'khoảng 1998',
        subjects: ['TOAN'],
        grades: ['6', '7'],
        resourceType: 'SGK',
        textbookSet: 'KNTT',
        languages: ['vi', 'not a code'],
        ddc: '513',
        keywords: ['Phân số', 'ước chung, bội chung', '\udc00'],
        abstract: `Tóm tắt ${'dài '.repeat(200)}\u0000`,
        identifiers: [
          { scheme: 'isbn', value: '978-604-0-00000-1' },
          { scheme: 'issn', value: '0866-7098' },
          { scheme: 'doi', value: 'doi:10.1000/ab' },
          { scheme: 'local', value: 'SGK 12/3' },
        ],
      }),
    },
    ['một trang', 'hai trang', 'ba trang'],
  );
  const books = {
    full,
    plain: await shelve(app, { school_id, title: 'Tam giác', ...said({ subjects: ['TOAN'], grades: ['7'] }) }, ['một trang']),
    school: await shelve(app, { school_id, title: 'Của trường', scope: 'school', ...said({ subjects: ['KHTN'], grades: ['9'], keywords: ['Kín đáo'] }) }, ['trang kín']),
    reading: await shelve(app, { school_id, title: 'Chỉ đọc', scope: 'school', licence: 'ARR', ...said({ subjects: ['NGU_VAN'] }) }, ['chỉ đọc thôi']),
    paper: await shelve(app, { school_id, title: 'Sách giấy', ...said({ subjects: ['NGU_VAN'], resourceType: 'TRUYEN' }) }),
    linked: await shelve(app, { school_id, title: 'Ở nơi khác', licence: 'LINK', ...said({ link: 'https://example.org/a?b=1&c=2' }) }),
    draft: await shelve(app, { school_id, title: 'Bản nháp kín', state: 'draft', ...said({ subjects: ['TOAN'], grades: ['6'] }) }, ['nháp']),
  };
  for (const { fileId } of Object.values(books)) await objects.put(`originals/00/00/${fileId}`, Buffer.from('0123456789'));
  for (let n = 0; n < 12; n++) await shelve(app, { school_id, title: `Vở bài tập ${n}`, ...said({ subjects: ['TIN_HOC'], grades: [String(6 + (n % 4))], resourceType: 'STK' }) });
  const work = app.work();
  await settled(app);
  await work.stop();
  return { ...app, librarian, books };
}

export interface Fetched {
  path: string;
  type: string;
  text: string;
}

/** Whether facets of this document are followed: those of a choice lead to all choices there are. */
export const unchosen = (path: string): boolean => /\/new$/.test(path);

/** Follows what `links` finds in each document, each address once, until none is new. */
export async function crawl(who: Visitor, start: string, headers: Record<string, string>, links: (document: Fetched) => string[]): Promise<Fetched[]> {
  const found: Fetched[] = [];
  const waiting = [start];
  const seen = new Set(waiting);
  while (waiting.length > 0) {
    const path = waiting.shift()!;
    const answer = await who.get(path, headers);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    const document = { path, type: answer.headers.get('content-type')!, text: answer.text };
    found.push(document);
    for (const link of links(document)) {
      if (seen.has(link)) continue;
      seen.add(link);
      waiting.push(link);
    }
    if (found.length > 200) throw new Error('the catalogue has no end');
  }
  return found;
}
