import type { Answer, Visitor } from '../support/visitor.ts';
import { makePdf } from '../fixtures/make-documents.ts';
import { tus } from '../server/files/tus-client.ts';

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Everything that the library has said yes to. Nothing of it may be missing, whatever happened in between. */
export interface Ledger {
  uploads: { recordId: string; fileId: string; bytes: Uint8Array; word: string; pages: string[] }[];
  /** Versions of records that were acknowledged, each with the title it gave. */
  edits: { recordId: string; version: number; title: string }[];
  published: { recordId: string; word: string }[];
  /** Requests that got no answer, or one that asks to come again. */
  unanswered: number;
}

export interface Writing {
  ledger: Ledger;
  /** Ends when what was begun has been acknowledged. */
  stop(): Promise<void>;
}

const patienceMs = 90_000;

/** A colleague who uploads books and one who describes and publishes, both of whom try again until they have an answer, as the pages do. */
export function startWriting(who: Visitor, random: () => number, wish: { books: number; pagesOfBook: number }): Writing {
  const ledger: Ledger = { uploads: [], edits: [], published: [], unanswered: 0 };
  let stopping = false;
  const word = (): string => Array.from({ length: 9 }, () => 'bcdghklmnprstvx'[Math.floor(random() * 15)]).join('');
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  /** Null: nobody knows whether it was done. */
  async function asked(ask: () => Promise<Answer>): Promise<Answer | null> {
    const answer = await ask().catch(() => null);
    if (answer && answer.status < 500) return answer;
    ledger.unanswered++;
    await pause(100);
    return null;
  }

  async function insist<T>(what: string, once: () => Promise<T | null>): Promise<T> {
    for (const began = Date.now(); Date.now() - began < patienceMs; ) {
      const got = await once();
      if (got !== null) return got;
    }
    throw new Error(`never acknowledged: ${what}`);
  }

  async function uploadBook(): Promise<void> {
    const name = word();
    const pages = Array.from({ length: wish.pagesOfBook }, (_, index) => `Trang ${index + 1} của quyển ${name}, viết cho thư viện trường.`);
    const bytes = await makePdf(pages.map((paragraph) => ({ paragraph })));
    const address = await insist('an upload is created', async () => {
      const answer = await asked(() => tus.create(who, bytes.length, { filename: `${name}.pdf` }));
      if (answer && answer.status !== 201) throw new Error(`upload refused: ${answer.text}`);
      return answer?.headers.get('location') ?? null;
    });
    const outcome = await insist('an upload is taken in', async () => {
      const head = await asked(() => tus.head(who, address));
      if (head?.status !== 200) return null;
      const offset = Number(head.headers.get('upload-offset'));
      // In two pieces, so that a kill may fall between them.
      if (offset < bytes.length) await asked(() => tus.patch(who, address, offset, bytes.subarray(offset, offset < bytes.length / 2 ? Math.ceil(bytes.length / 2) : bytes.length)));
      const told = await asked(() => who.get(`${address}/outcome`));
      return ['accepted', 'already-held'].includes(told?.body?.state) ? told!.body : null;
    });
    ledger.uploads.push({ recordId: outcome.recordId, fileId: outcome.fileId, bytes, word: name, pages });
  }

  async function describeAndPublish(): Promise<void> {
    const name = word();
    const record = await insist('a record is made', async () => {
      const answer = await asked(() => who.post('/api/records', { title: `Sách ${name}`, licence: 'CC-BY-4.0', scope: 'public' }));
      return answer?.status === 201 || answer?.status === 200 ? answer.body : null;
    });
    ledger.edits.push({ recordId: record.id, version: record.version, title: `Sách ${name}` });
    const current = () => insist('a record is read', async () => (await asked(() => who.get(`/api/records/${record.id}`)))?.body ?? null);
    for (let change = 1; change <= 3; change++) {
      const title = `Sách ${name} lần ${change}`;
      await insist('a record is edited', async () => {
        const { version } = await current();
        const answer = await asked(() => who.ask('PATCH', `/api/records/${record.id}`, { version, description: { title } }));
        if (answer?.status !== 200) return null;
        ledger.edits.push({ recordId: record.id, version: answer.body.version, title });
        return true;
      });
    }
    await insist('a record is published', async () => {
      const { version, state } = await current();
      // An answer that was lost: it is told as published by whoever asks.
      if (state !== 'published' && (await asked(() => who.post(`/api/records/${record.id}/publish`, { version })))?.status !== 200) return null;
      ledger.published.push({ recordId: record.id, word: name });
      return true;
    });
  }

  async function uploading(): Promise<void> {
    for (let book = 0; book < wish.books && !stopping; book++) {
      await uploadBook();
      await pause(100 + random() * 400);
    }
  }
  async function describing(): Promise<void> {
    while (!stopping) {
      await describeAndPublish();
      await pause(random() * 300);
    }
  }
  const work = Promise.all([uploading(), describing()]);
  work.catch(() => {}); // told by stop()
  return {
    ledger,
    async stop() {
      stopping = true;
      await work;
    },
  };
}
