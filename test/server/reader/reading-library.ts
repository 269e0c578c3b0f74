import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { type Actor, guest, type Person } from '../../../server/access/actor.ts';
import { audienceOfRecord } from '../../../server/access/audience.ts';
import { mountRoutes } from '../../../server/http/mount.ts';
import { problemAnswers, problemHandler } from '../../../server/http/problem.ts';
import { encodePageWords, type PageWord, textOfWords } from '../../../server/ingest/page-words.ts';
import { readerRoutes } from '../../../server/reader/reader-routes.ts';
import { openSearch } from '../../../search/index.ts';
import { openStorage } from '../../../storage/index.ts';
import { pageImageKey, thumbnailKey, wordsKey } from '../../../storage/objects/keys.ts';
import type { NewRow } from '../../../storage/metadata/tables.ts';
import { addressesOf, placeOnServers } from '../../support/servers.ts';

export const school = '01890000-0000-7000-8000-000000000001';
export const otherSchool = '01890000-0000-7000-8000-000000000002';
const now = '2026-11-24T08:00:00.000Z';

export const person = (role: Person['role'], schoolId = school): Person => ({
  kind: 'person',
  id: `01890000-0000-7000-8000-${schoolId === school ? '1' : '2'}${Buffer.from(role).toString('hex').padEnd(11, '0').slice(0, 11)}`,
  name: role,
  schoolId,
  role,
  language: null,
  mustChangePassword: false,
  via: 'token',
  sessionId: null,
  csrf: null,
});

/** A page: red, green, blue and white quarters, so that a test can see which way round an answer is. */
export async function quarters(width: number, height: number, format: 'jpeg' | 'png' = 'jpeg'): Promise<Buffer> {
  const quarter = (background: string) => ({
    create: { width: width / 2, height: height / 2, channels: 3 as const, background },
  });
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([
      { input: quarter('#ff0000'), left: 0, top: 0 },
      { input: quarter('#00ff00'), left: width / 2, top: 0 },
      { input: quarter('#0000ff'), left: 0, top: height / 2 },
    ])
    .toFormat(format, { quality: 95 })
    .toBuffer();
}

export interface PageMade {
  label?: string | null;
  /** Lines of print; each word gets a box of 100 × 40, lines are 60 apart. */
  lines?: string[];
  image?: Buffer | null;
  imageType?: string;
  width?: number;
  height?: number;
}

export async function readingLibrary() {
  const folder = await mkdtemp(join(tmpdir(), 'reading-'));
  const place = placeOnServers();
  const storage = await openStorage({ folder, ...addressesOf(place) });
  const search = await openSearch({ folder, role: 'writer', url: place.searchUrl });
  const { queries } = storage.metadata;
  for (const [id, code] of [
    [school, 'THU'],
    [otherSchool, 'XA'],
  ] as const) {
    await queries
      .insertInto('organisations')
      .values({ id, kind: 'school', code, name: `Trường ${code}`, accent: '#8a3324', created_at: now })
      .execute();
  }
  for (const [vocabulary, code, vi, en] of [
    ['subject', 'NGU_VAN', 'Ngữ văn', 'Literature'],
    ['licence', 'NOI_BO', 'Lưu hành nội bộ đơn vị', null],
  ] as const) {
    await queries
      .insertInto('terms')
      .values({ vocabulary, code, vi, en, parent: null, aliases_json: '[]', position: 1, extra_json: '{}' })
      .execute();
  }

  let actor: Actor = guest();
  const app = express();
  const metadata = storage.metadata;
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mountRoutes(app, readerRoutes({ metadata, objects: storage.objects, search, publicUrl: address }), {
    actorOf: async () => actor,
    checkAnswers: true,
  });
  app.use(problemHandler(problemAnswers(pino({ level: 'silent' }), address, () => {})));

  return {
    ...storage,
    search,
    app,
    address,
    as(who: Actor): void {
      actor = who;
    },
    async add(
      record: Partial<NewRow<'records'>> & { description?: Record<string, unknown> },
      file: Partial<NewRow<'files'>>,
      pages: PageMade[],
    ): Promise<{ recordId: string; fileId: string }> {
      const recordId = uuid();
      const fileId = uuid();
      const { description, ...rest } = record;
      const title = 'Truyện Kiều';
      const row: NewRow<'records'> = {
        id: recordId,
        school_id: school,
        state: 'published',
        title,
        title_key: title,
        description_json: JSON.stringify({ title, ...description }),
        licence: 'PD-VN-EXPIRED',
        scope: 'public',
        guessed_json: '[]',
        created_at: now,
        updated_at: now,
        ...rest,
      };
      const record_ = await queries.insertInto('records').values(row).returningAll().executeTakeFirstOrThrow();
      await queries
        .insertInto('files')
        .values({
          id: fileId,
          record_id: recordId,
          school_id: school,
          name: 'kieu.pdf',
          media_type: 'application/pdf',
          format: 'pdf',
          size: 1,
          sha256: '00',
          object_key: 'originals/00/00/00',
          position: 1,
          state: 'ready',
          params_json: '{}',
          page_count: pages.length,
          contents_json: '[]',
          created_at: now,
          updated_at: now,
          ...file,
        })
        .execute();
      const texts: string[] = [];
      for (const [place, page] of pages.entries()) {
        texts.push(await addPage(fileId, file.revision ?? 1, place + 1, page));
      }
      await search.put([
        {
          id: recordId,
          audience: audienceOfRecord(record_),
          title,
          agents: [],
          keywords: [],
          abstract: '',
          facets: { subject: [], grade: [], type: [], language: [] },
          titleKey: title,
          publishedAt: 0,
          pages: texts.map((text, place) => ({ fileId, page: place + 1, text })),
        },
      ]);
      return { recordId, fileId };
    },
    async end(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await search.close();
      await storage.close();
      await place.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function addPage(fileId: string, revision: number, number: number, page: PageMade): Promise<string> {
    const { objects } = storage;
    const { width = 800, height = 1200 } = page;
    const image = page.image === undefined ? await quarters(width, height) : page.image;
    const words: PageWord[] = (page.lines ?? []).flatMap((line, row) =>
      line.split(' ').map((word, place): PageWord => [word, 40 + place * 120, 40 + row * 60, 100, 40, row]),
    );
    const imageType = page.imageType ?? 'image/jpeg';
    const keys = {
      image: pageImageKey(fileId, revision, number, imageType === 'image/png' ? 'png' : 'jpg'),
      small: thumbnailKey(fileId, revision, number, 'small'),
      large: thumbnailKey(fileId, revision, number, 'large'),
      words: wordsKey(fileId, revision, number),
    };
    if (image) {
      await objects.put(keys.image, image);
      await objects.put(keys.small, await sharp(image).resize(200).webp().toBuffer());
      await objects.put(keys.large, await sharp(image).resize(480).webp().toBuffer());
    }
    if (words.length > 0) await objects.put(keys.words, encodePageWords({ width, height, source: 'ocr', words }));
    const text = textOfWords(words);
    await queries
      .insertInto('pages')
      .values({
        file_id: fileId,
        number,
        label: page.label ?? null,
        width: image ? width : 0,
        height: image ? height : 0,
        state: words.length > 0 ? 'text' : image ? 'image' : 'waiting',
        image_key: image ? keys.image : null,
        image_type: image ? imageType : null,
        thumb_small_key: image ? keys.small : null,
        thumb_large_key: image ? keys.large : null,
        words_key: words.length > 0 ? keys.words : null,
        text,
        text_source: words.length > 0 ? 'ocr' : null,
      })
      .execute();
    return text;
  }
}

export type ReadingLibrary = Awaited<ReturnType<typeof readingLibrary>>;
