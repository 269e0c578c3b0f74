import { expect } from 'chai';
import type { SearchDocument } from '../../../search/search-index.ts';
import { loadVocabularies } from '../../../server/catalogue/vocabularies.ts';
import { putRecords } from '../../../server/discovery/put-records.ts';
import { recordsByIds } from '../../../storage/metadata/records.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { schoolOf, shelve } from '../catalogue/shelf.ts';

describe('what the index is told of a record', () => {
  let app: TestApp;
  let school_id: string;
  before(async () => {
    app = await openTestApp();
    school_id = schoolOf(await app.as('librarian'));
  });
  after(() => app.close());

  async function documentOf(id: string): Promise<SearchDocument> {
    const { metadata } = app.storage;
    const put: SearchDocument[] = [];
    const index = { put: async (documents: SearchDocument[]) => void put.push(...documents) };
    const rows = await recordsByIds(metadata.queries, [id]);
    await putRecords(metadata, index, await loadVocabularies(metadata), rows, new AbortController().signal);
    expect(put).length(1);
    return put[0]!;
  }

  it('seven facets: the level of its grades, the subject that its own is part of, topics as written', async () => {
    const long = 'một câu dài kể lại nội dung của cả bài học này cho người đọc biết trước';
    const { id } = await shelve(app, {
      school_id,
      title: 'Unit 1',
      description: {
        subjects: ['TIENG_ANH'],
        grades: ['6', '7', '10'],
        resourceType: 'KHBD',
        textbookSet: 'KNTT',
        languages: ['en'],
        keywords: ['ước chung, bội chung', long],
      },
    });
    const { facets, keywords } = await documentOf(id);
    expect(facets.level).length(2);
    expect(facets.subject![0]).equal('TIENG_ANH');
    expect(facets.subject).length(2);
    expect(facets).deep.include({
      grade: ['6', '7', '10'],
      type: ['KHBD'],
      set: ['KNTT'],
      language: ['en'],
      topic: ['ước chung, bội chung'],
    });
    expect(keywords).include(long);
    // What else people call a term is understood in what they ask.
    expect(keywords.map((word) => word.toLowerCase()))
      .not.include('khbd')
      .and.not.include('kntt');
  });

  it('whether it can be read here, with text on its pages or without', async () => {
    const read = async (pages: string[]) => (await documentOf((await shelve(app, { school_id }, pages)).id)).readable;
    expect([await read([]), await read(['chữ']), await read([''])]).deep.equal([false, true, true]);
  });
});
