import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { type Actor, guest } from '../../../server/access/actor.ts';
import { inNameOf } from '../../../server/accounts/open-sessions.ts';
import { addPerson } from '../../../server/accounts/people-keeping.ts';
import { loadVocabularies } from '../../../server/catalogue/vocabularies.ts';
import type { PersonRole } from '../../../server/contract/person.ts';
import type { Description } from '../../../server/contract/record.ts';
import { isIndexed } from '../../../server/discovery/index-record.ts';
import { searchDocument } from '../../../server/discovery/search-document.ts';
import { encodePageWords } from '../../../server/ingest/page-words.ts';
import { insertOrganisation, schools } from '../../../storage/metadata/organisations.ts';
import type { NewRow } from '../../../storage/metadata/tables.ts';
import { openTestApp, testPassword, type TestApp, type Visitor } from '../../support/app.ts';

export const licences = ['CC-BY-4.0', 'NGANH', 'NOI_BO', 'ARR', 'VN-25-GD', 'VN-25-TV', 'LINK'] as const;
export const scopes = ['class', 'school', 'sector', 'public'] as const;
export const states = ['draft', 'published', 'withdrawn', 'draft in the bin', 'withdrawn in the bin'] as const;

export interface Asker {
  name: string;
  actor: Actor;
  visitor: Visitor;
}

export interface Stored {
  record: NewRow<'records'> & { id: string; deleted_at: string | null; created_by: string | null };
  fileId: string;
  state: (typeof states)[number];
  /** A word that stands in nothing else: its title, its page, its facet. */
  secret: string;
}

export interface TwoSchools extends TestApp {
  askers: Asker[];
  stored: Stored[];
}

const now = '2026-11-24T08:00:00.000Z';

/**
 * One asker of each kind in the school that guests see, a teacher and a librarian of another one; and a teacher's record, with a file of
 * one page, in every state × scope × licence, written as rows so that also what the forms would refuse is there.
 */
export async function openTwoSchools(): Promise<TwoSchools> {
  const app = await openTestApp();
  const { metadata, objects } = app.storage;
  const [ours] = await schools(metadata.queries);
  const theirs = uuid();
  await insertOrganisation(metadata.queries, { id: theirs, kind: 'school', code: 'SEN', name: 'Trường THPT Sen Hồng', accent: '#205030', created_at: new Date().toISOString() });

  const askers: Asker[] = [{ name: 'guest', actor: guest(), visitor: app.visitor() }];
  const join = async (name: string, role: PersonRole, schoolId: string): Promise<void> => {
    const { person } = await addPerson(metadata, schoolId, { username: name, name, role, password: testPassword });
    const visitor = app.visitor();
    const answer = await visitor.signIn(name, testPassword);
    if (answer.status !== 200) throw new Error(answer.text);
    askers.push({ name, actor: inNameOf(person), visitor });
  };
  await join('teacher-a', 'teacher', ours!.id);
  await join('teacher-b', 'teacher', ours!.id);
  for (const role of ['pupil', 'group-head', 'head', 'librarian', 'administrator'] as const) await join(`our-${role}`, role, ours!.id);
  await join('their-teacher', 'teacher', theirs);
  await join('their-librarian', 'librarian', theirs);
  const maker = (askers[1]!.actor as { id: string }).id;

  const jpeg = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#fff' } }).jpeg().toBuffer();
  await objects.put('originals/aa/original', Buffer.from('original bytes'));
  await objects.put('derived/image', jpeg);
  await objects.put('derived/thumbnail', await sharp(jpeg).webp().toBuffer());

  const rows: { records: NewRow<'records'>[]; files: NewRow<'files'>[]; pages: NewRow<'pages'>[] } = { records: [], files: [], pages: [] };
  const stored: Stored[] = [];
  for (const state of states) {
    for (const scope of scopes) {
      for (const licence of licences) {
        const secret = `bimat${String(stored.length).padStart(4, '0')}x`;
        const title = `Tài liệu ${secret}`;
        const description: Description = { title, agents: [], subjects: [secret], grades: [], languages: [], keywords: [], identifiers: [], aiGenerated: 'none' };
        const binned = state.endsWith('bin');
        const withdrawn = state.startsWith('withdrawn');
        const record = {
          id: uuid(),
          school_id: ours!.id,
          state: state.split(' ')[0] as 'draft' | 'published' | 'withdrawn',
          version: 1,
          title,
          title_key: secret,
          description_json: JSON.stringify(description),
          licence,
          scope,
          guessed_json: '[]',
          created_by: maker,
          created_at: now,
          updated_at: now,
          published_at: state.startsWith('draft') ? null : now,
          published_by: null,
          withdrawn_at: withdrawn ? now : null,
          withdrawn_by: null,
          withdrawn_reason: withdrawn ? 'x' : null,
          deleted_at: binned ? now : null,
          deleted_by: null,
        };
        const fileId = uuid();
        const text = `chung ${secret}`;
        await objects.put(`derived/words/${secret}`, encodePageWords({ width: 60, height: 80, source: 'ocr', words: [[secret, 1, 1, 9, 9, 0]] }));
        rows.records.push(record);
        rows.files.push({
          ...{ id: fileId, record_id: record.id, school_id: ours!.id, name: `${secret}.pdf`, media_type: 'application/pdf', format: 'pdf', size: 14, sha256: secret },
          ...{ object_key: 'originals/aa/original', position: 1, state: 'ready', code: null, params_json: '{}', page_count: 1, contents_json: '[]' },
          ...{ created_by: maker, created_at: now, updated_at: now, removed_at: null },
        });
        rows.pages.push({
          ...{ file_id: fileId, number: 1, label: null, width: 60, height: 80, state: 'text', code: null, image_key: 'derived/image', image_type: 'image/jpeg' },
          ...{ thumb_small_key: 'derived/thumbnail', thumb_large_key: 'derived/thumbnail', words_key: `derived/words/${secret}`, text, text_source: 'ocr', confidence: null },
        });
        stored.push({ record, fileId, state, secret });
      }
    }
  }
  await metadata.transaction(async (queries) => {
    await queries.insertInto('records').values(rows.records).execute();
    await queries.insertInto('files').values(rows.files).execute();
    await queries.insertInto('pages').values(rows.pages).execute();
  });
  const vocabularies = await loadVocabularies(metadata);
  await app.search.put(
    stored
      .filter(({ record }) => isIndexed(record))
      .map(({ record, fileId, secret }) => searchDocument(record as never, vocabularies, [{ file_id: fileId, number: 1, text: `chung ${secret}` }])),
  );
  return { ...app, askers, stored };
}
