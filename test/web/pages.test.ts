import { expect } from 'chai';
import type { RecordView } from '../../server/contract/record.ts';
import { joined, parcels, type Dropped } from '../../web/api/parcels.ts';
import { changesOf, conflicting, differing, formOf, merged, take } from '../../web/pages/edit-state.ts';
import { comparePeople } from '../../search/vietnamese/collation.ts';
import { readSearch, searchAddress, toggled } from '../../web/pages/search-state.ts';
import { citation } from '../../web/parts/citation.ts';
import { contrast, parseColour, readable, type Rgb } from '../../web/parts/contrast.ts';
import { breakTitle, coverArt } from '../../web/parts/cover-art.ts';
import { matching } from '../../web/parts/pick-terms.ts';
import { usernameFor } from '../../web/parts/username.ts';
import { address, matchRoute, routes } from '../../web/router.ts';

describe('addresses', () => {
  it('finds the page of every route and gives back its params', () => {
    for (const route of routes) {
      const path = route.path.replace(/:\w+/g, (param) => encodeURIComponent(`${param.slice(1)}-1`));
      const match = matchRoute(path);
      expect(match?.route.name, path).to.equal(route.name);
      for (const [name, value] of Object.entries(match!.params)) expect(value).to.equal(`${name}-1`);
    }
  });

  it('knows no page for a path that is longer, shorter or broken', () => {
    for (const path of ['/nowhere', '/record', '/record/a/b/c', '/read/x/page', '/record/%E0%A4%A'])
      expect(matchRoute(path), path).to.equal(null);
  });

  it('turns a page number that is none into page one', () => {
    const props = (n: string) =>
      matchRoute(`/read/f/page/${n}`)!.route.props({ fileId: 'f', n }, new URLSearchParams('q=ki%E1%BB%81u'));
    expect(props('37')).to.deep.equal({ fileId: 'f', page: 37, q: 'kiều' });
    expect(['0', '-2', 'x', '1e99'].map((n) => props(n).page)).to.deep.equal([1, 1, 1, 1]);
  });

  it('leaves out what is empty', () => {
    expect(address('/search', { q: '', subject: [], page: null })).to.equal('/search');
    expect(address('/search', { q: 'a & b', grade: ['6', '7'] })).to.equal('/search?q=a+%26+b&grade=6,7');
  });

  it('holds the whole state of a search, both ways', () => {
    const state = readSearch(new URLSearchParams('q=kieu&subject=TOAN,NGU_VAN&grade=6&sort=title&page=3'));
    expect(readSearch(new URL(searchAddress(state, { page: 3 }), 'http://x').searchParams)).to.deep.equal(state);
    expect(searchAddress(toggled(state, 'subject', 'TOAN'))).to.equal(
      '/search?q=kieu&grade=6&subject=NGU_VAN&sort=title',
    );
    expect(readSearch(new URLSearchParams('sort=backwards&page=-1'))).to.deep.include({ sort: 'relevance', page: 1 });
  });

  it('a topic may hold commas; what was taken back belongs to the words it was said of', () => {
    const state = readSearch(new URLSearchParams([['q', 'gdcd 8'], ['topic', 'Phân số, hỗn số'], ['topic', 'Số'], ['drop', 'gdcd'], ['literal', '1']]));
    expect(state).to.deep.include({ literal: true, drop: ['gdcd'] });
    expect(state.chosen.topic).to.deep.equal(['Phân số, hỗn số', 'Số']);
    expect(readSearch(new URL(searchAddress(state), 'http://x').searchParams)).to.deep.equal(state);
    expect(readSearch(new URL(searchAddress(state, { q: 'gdcd 9' }), 'http://x').searchParams)).to.deep.include({ literal: false, drop: [] });
  });
});

describe('what is dropped', () => {
  const file = (path: string): Dropped => {
    const at = path.lastIndexOf('/');
    return { path, folder: at === -1 ? '' : path.slice(0, at), file: { name: path.slice(at + 1) } as File };
  };

  it('makes one book of a folder of images, in the order people count', () => {
    const [book, ...others] = parcels(['Truyen/10.jpg', 'Truyen/2.jpg', 'Truyen/1.jpg'].map(file));
    expect(others).to.deep.equal([]);
    expect(book).to.include({ kind: 'pages', name: 'Truyen' });
    expect(book!.kind === 'pages' && book!.images.map((one) => one.file.name)).to.deep.equal([
      '1.jpg',
      '2.jpg',
      '10.jpg',
    ]);
  });

  it('sends everything else each on its own', () => {
    const kinds = (paths: string[]) => parcels(paths.map(file)).map(({ kind }) => kind);
    expect(kinds(['a.jpg', 'b.jpg'])).to.deep.equal(['one', 'one']);
    expect(kinds(['Lop6/a.pdf', 'Lop6/b.jpg'])).to.deep.equal(['one', 'one']);
    expect(kinds(['Anh/a.jpg'])).to.deep.equal(['one']);
    expect(joined('Sách', ['b.png', 'a.png'].map(file))).to.deep.include({ kind: 'pages', name: 'Sách' });
  });
});

describe('what is shown', () => {
  it('finds terms without accents, by alias and by the beginning of words', () => {
    const terms = [
      { code: 'NGU_VAN', label: 'Ngữ văn', aliases: ['van'] },
      { code: 'TIENG_VIET', label: 'Tiếng Việt', aliases: ['tv'] },
      { code: 'GDCD', label: 'Giáo dục công dân', aliases: ['gdcd'] },
      { code: 'DAO_DUC', label: 'Đạo đức', aliases: [] },
    ];
    const found = (typed: string) => matching(terms, typed).map(({ code }) => code);
    expect(found('')).to.have.length(4);
    expect(found('ngu v')).to.deep.equal(['NGU_VAN']);
    expect(found('dao đức')).to.deep.equal(['DAO_DUC']);
    expect(found('tv')).to.deep.equal(['TIENG_VIET']);
    expect(found('cong dan')).to.deep.equal(['GDCD']);
    expect(found('hoá học')).to.deep.equal([]);
  });

  it('sorts people as class registers do and names their accounts as schools do', () => {
    const names = ['Trần Văn Đạt', 'Lê Thị Ánh', 'Nguyễn Văn An', 'Lê Văn An', 'Phạm Dung'];
    expect([...names].sort(comparePeople)).to.deep.equal(['Lê Văn An', 'Nguyễn Văn An', 'Lê Thị Ánh', 'Phạm Dung', 'Trần Văn Đạt']);
    expect(usernameFor('Nguyễn Thị Thuý Hằng')).to.equal('hangntt');
    expect(usernameFor('  ')).to.equal('');
  });

  it('cites without leaving marks of what is missing', () => {
    const nguyenDu = [{ name: 'Nguyễn Du', role: 'aut' }];
    expect(citation({ title: 'Truyện Kiều', agents: nguyenDu, year: '1820' })).to.equal(
      'Nguyễn Du (1820). Truyện Kiều.',
    );
    expect(
      citation({
        title: 'Toán 6',
        subtitle: 'tập một',
        agents: [],
        publisher: 'NXB Giáo dục',
        placeOfPublication: 'Hà Nội',
      }),
    ).to.equal('Toán 6: tập một. Hà Nội: NXB Giáo dục.');
  });

  it('breaks titles between words and keeps long ones short', () => {
    expect(breakTitle('Truyện Kiều', 10, 5)).to.deep.equal(['Truyện', 'Kiều']);
    const lines = coverArt('Một tên rất dài '.repeat(20), 'Người soạn', undefined).lines;
    expect(lines.length).to.be.at.most(7);
    expect(lines.at(-1)).to.match(/…$/);
    expect(coverArt('A', '', 'TOAN').ground).to.equal(coverArt('B', '', 'TOAN').ground);
    expect(breakTitle('x'.repeat(300), 10, 5)[0]!.length).to.be.below(20);
  });

  it('makes any school colour readable on paper, on the dark ground and under white words', () => {
    const grounds: Rgb[] = [
      [244, 239, 229],
      [38, 34, 30],
      [255, 255, 255],
    ];
    for (const colour of ['#000000', '#ffffff', '#ffee00', '#8a3a12', '#1f5c4d', '#7f7f7f']) {
      for (const ground of grounds)
        expect(contrast(readable(parseColour(colour)!, ground), ground), colour).to.be.at.least(4.5);
    }
    expect(contrast([0, 0, 0], [255, 255, 255])).to.equal(21);
    expect(parseColour('red')).to.equal(null);
  });
});

describe('editing a description', () => {
  const record = (changes: Partial<RecordView['description']> = {}) =>
    ({
      description: {
        title: 'Con cò',
        agents: [],
        subjects: ['NGU_VAN'],
        grades: [],
        languages: [],
        keywords: [],
        identifiers: [],
        aiGenerated: 'none',
        ...changes,
      },
      licence: 'NOI_BO',
      scope: 'school',
    }) as unknown as RecordView;

  it('sends only what changed or was confirmed, and null for what was emptied', () => {
    const before = formOf(record({ year: '2020' }));
    const now = { ...before, description: { ...before.description, title: 'Cò', year: '' }, scope: 'public' as const };
    expect(changesOf(before, now, ['subjects'])).to.deep.equal({
      description: { title: 'Cò', year: null, subjects: ['NGU_VAN'] },
      scope: 'public',
    });
    expect(changesOf(before, before, [])).to.deep.equal({});
  });

  it('takes an empty field and an absent one for the same', () => {
    expect(differing(formOf(record()), formOf(record({ subtitle: '' })))).to.deep.equal([]);
  });

  it('keeps both sides of a conflict until one is chosen', () => {
    const mine = formOf(record({ title: 'Của tôi' }));
    const theirs = formOf(record({ title: 'Của họ', year: '1999' }));
    expect(differing(mine, theirs).sort()).to.deep.equal(['title', 'year']);
    expect(take(theirs, { ...mine, licence: 'ARR' }, 'licence').licence).to.equal('ARR');
  });

  it('asks only about fields that both sides changed, and merges the rest', () => {
    const base = formOf(record());
    const mine = formOf(record({ title: 'Của tôi', publisher: 'NXB Trẻ' }));
    const theirs = formOf(record({ title: 'Của họ', year: '1999' }));
    expect(conflicting(base, mine, theirs)).to.deep.equal(['title']);
    expect(merged(base, mine, theirs, {}).description).to.include({
      title: 'Của tôi',
      publisher: 'NXB Trẻ',
      year: '1999',
    });
    expect(merged(base, mine, theirs, { title: 'theirs' }).description).to.include({
      title: 'Của họ',
      publisher: 'NXB Trẻ',
      year: '1999',
    });
    expect(conflicting(base, mine, mine)).to.deep.equal([]);
  });
});
