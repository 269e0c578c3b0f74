import { expect } from 'chai';
import { openMeilisearch } from '../../search/engines/meilisearch.ts';
import type { SearchIndex } from '../../search/index.ts';
import type { ContractServer } from '../support/meilisearch-contract.ts';
import { searchDocument, searchQuery } from './search-documents.ts';

/** What is asked of a Meilisearch, real or replayed, and what has to come of it. The transcripts are recorded from these. */
export const scenarios: Record<string, (server: ContractServer) => Promise<void>> = {
  async 'put-and-remove'({ url }) {
    await using(url, async (index) => {
      expect(await index.state()).to.eql({ state: 'empty', records: 0, pages: 0, detail: null });
      await index.put([
        searchDocument('a', { title: 'Tắt đèn', texts: ['trang một', 'trang hai'] }),
        searchDocument('b', { title: 'Số đỏ' }),
      ]);
      expect(await index.state()).to.eql({ state: 'ok', records: 2, pages: 2, detail: null });
      await index.put([searchDocument('a', { title: 'Tắt đèn', texts: ['trang một'] })]);
      expect(await index.state()).to.deep.include({ records: 2, pages: 1 });
      await index.remove(['a', 'never there']);
      expect(await index.state()).to.deep.include({ state: 'ok', records: 1, pages: 0 });
    });
  },

  async 'filters-facets-paging'({ url, requests }) {
    await using(url, async (index) => {
      const facets = (subject: string[], grade: string[]) => ({ subject, grade, type: ['SGK'], language: ['vi'] });
      await index.put([
        searchDocument('1', {
          title: 'Toán sáu',
          facets: facets(['TOAN'], ['6']),
          texts: ['phân số', 'số "nguyên" \\ x'],
        }),
        searchDocument('2', { title: 'Toán bảy', facets: facets(['TOAN', 'TIN'], ['7']), texts: ['phân số và tỉ lệ'] }),
        searchDocument('3', {
          title: 'Văn bảy',
          facets: facets(['VAN'], ['7']),
          audience: ['school:"1" OR kind IN ["record"]'],
        }),
      ]);
      const all = await index.search(searchQuery(''));
      expect(all.total).to.equal(2);
      expect(all.facets.subject).to.eql([
        { code: 'TOAN', count: 2 },
        { code: 'TIN', count: 1 },
      ]);
      const seven = await index.search(searchQuery('toán', { facets: { grade: ['7'] } }));
      expect(seven.hits.map(({ id }) => id)).to.eql(['2']);
      expect(seven.facets.grade).to.eql([
        { code: '6', count: 1 },
        { code: '7', count: 1 },
      ]);
      const both = await index.search(searchQuery('"phân số" -"tỉ lệ"'));
      expect(both.hits.map(({ id, pages, pagesTotal }) => [id, pages.map(({ page }) => page), pagesTotal])).to.eql([
        ['1', [1], 1],
      ]);
      const page = await index.search(searchQuery('toán', { sort: 'title', offset: 1, limit: 1 }));
      expect(page.hits.map(({ id }) => id)).to.eql(['1']);
      const hostile = await index.search(searchQuery('văn', { audience: ['school:"1" OR kind IN ["record"]'] }));
      expect(hostile.hits.map(({ id }) => id)).to.eql(['3']);
      expect(await index.searchInside({ text: 'số', fileId: '1-file', limit: 1 })).to.eql({ total: 2, pages: [1] });
      const costs = async (text: string): Promise<number> => {
        const before = requests.length;
        await index.search(searchQuery(text));
        return requests.length - before;
      };
      // Whatever is found and however many: queries go together, and a request costs more than what it asks.
      expect(await costs('')).to.equal(3);
      expect(await costs('toán')).to.equal(6);
      expect(await costs('"toán sáu phân" phân số')).to.equal(3);
      expect(await costs('toán phân văn tỉ xyz "nguyên x y"')).to.be.at.most(12);
      // Nowhere together: by the words that tell most.
      expect((await index.search(searchQuery('nguyên bảy'))).hits.map(({ id }) => id)).to.eql(['1']);
    });
  },

  async 'rebuild-and-swap'({ url }) {
    await using(url, async (index) => {
      await index.put([searchDocument('old', { title: 'Sách cũ' })]);
      const rebuild = await index.rebuild();
      await rebuild.put([searchDocument('new', { title: 'Sách mới' })]);
      expect((await index.state()).state).to.equal('rebuilding');
      await index.put([searchDocument('meanwhile', { title: 'Sách thêm' })]);
      await rebuild.commit();
      expect((await index.state()).state).to.equal('ok');
      const { hits } = await index.search(searchQuery('sách', { sort: 'title' }));
      expect(hits.map(({ id }) => id)).to.eql(['new', 'meanwhile']);
      const given = await index.rebuild();
      await given.abort();
      expect(await index.state()).to.eql({ state: 'ok', records: 2, pages: 0, detail: null });
    });
  },

  async 'failing-task'({ url }) {
    await using(url, async (index) => {
      await index.put([searchDocument('a', { title: 'Còn đây' })]);
      const rebuild = await index.rebuild();
      await dropBuilding(url);
      const thrown = await rebuild.commit().then(
        () => null,
        (error: Error) => error,
      );
      expect(thrown?.message).to.contain('index_not_found');
      expect((await index.search(searchQuery('còn đây'))).total).to.equal(1);
    });
  },

  async 'index-missing'({ url }) {
    const reader = await openMeilisearch({ url, role: 'reader' });
    try {
      expect((await reader.search(searchQuery('gì đó'))).total).to.equal(0);
      expect(await reader.searchInside({ text: 'gì', fileId: 'x', limit: 1 })).to.eql({ total: 0, pages: [] });
      expect(await reader.state()).to.eql({ state: 'empty', records: 0, pages: 0, detail: null });
    } finally {
      await reader.close();
    }
  },

  async 'wrong-key'({ url }) {
    const reader = await openMeilisearch({ url: url.replace(/:\/\/:[^@]*@/, '://:another-key@'), role: 'reader' });
    try {
      const state = await reader.state();
      expect(state.state).to.equal('down');
      expect(state.detail).to.contain('refused the key (403 invalid_api_key)').and.not.contain('another-key');
    } finally {
      await reader.close();
    }
  },
};

async function using(url: string, run: (index: SearchIndex) => Promise<void>): Promise<void> {
  const index = await openMeilisearch({ url, role: 'writer' });
  try {
    await run(index);
  } finally {
    await index.close();
  }
}

/** Somebody removes the index that is being built. */
async function dropBuilding(url: string): Promise<void> {
  const { host, password } = new URL(url);
  const headers = { authorization: `Bearer ${password}` };
  const listed = (await (await fetch(`http://${host}/indexes`, { headers })).json()) as { results: { uid: string }[] };
  const { uid } = listed.results.find((one) => one.uid.includes('_next_'))!;
  const sent = (await (await fetch(`http://${host}/indexes/${uid}`, { method: 'DELETE', headers })).json()) as {
    taskUid: number;
  };
  for (;;) {
    const task = (await (await fetch(`http://${host}/tasks/${sent.taskUid}`, { headers })).json()) as {
      status: string;
    };
    if (task.status === 'succeeded') return;
  }
}
