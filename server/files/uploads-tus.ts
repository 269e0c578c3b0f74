import { AsyncLocalStorage } from 'node:async_hooks';
import { Server } from '@tus/server';
import type { Express, Request, RequestHandler, Response } from 'express';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { insertUpload, receivingUploads, uploadById } from '../../storage/metadata/files.ts';
import type { Actor, Person } from '../access/actor.ts';
import { id as idSchema } from '../contract/common.ts';
import { scope } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { uploadLocker } from './tus-locker.ts';
import { UploadStore } from './tus-store.ts';
import { ClaimLost } from './upload-claims.ts';
import { arrivedUnfinished, destinationFor, type FinishingParts, finishOnce, ownUpload, type UploadWish } from './upload-finishing.ts';

export type UploadParts = FinishingParts & { maxBytes: number };

/** Uploads of one person that are under way or given up and not yet forgotten (a week): a browser sends a few at a time. */
const mostReceiving = 300;

const wishSchema = z.object({
  filename: z.string().min(1).max(1000),
  recordId: idSchema.optional(),
  replaces: idSchema.optional(),
  licence: z.string().max(40).optional(),
  scope: scope.optional(),
});

/** Upload-Metadata of tus 1.0: comma-separated `key base64`. Values are UTF-8. */
function wishOf(request: Request): UploadWish {
  const header = String(request.headers['upload-metadata'] ?? '');
  const pairs = header.split(',').map((pair) => pair.trim().split(' '));
  const values = Object.fromEntries(pairs.filter(([key]) => key).map(([key, value]) => [key, Buffer.from(value ?? '', 'base64').toString('utf8')]));
  const parsed = wishSchema.safeParse(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')));
  if (!parsed.success) throw new Refusal('not-valid', { path: 'Upload-Metadata' }, { cause: parsed.error });
  return parsed.data;
}

/** What tus itself refuses, in the words of our table. What it does not know goes on as it is. */
function refusalFor(error: Error | { status_code: number; body: string }): Error {
  if (error instanceof ClaimLost) return new Refusal('upload-offset-wrong');
  if (error instanceof Error) return error;
  const said = new Error(error.body.trim());
  switch (error.status_code) {
    case 404:
    case 410:
      return new Refusal('upload-not-found');
    case 409:
      return new Refusal('upload-offset-wrong');
    case 413:
      return new Refusal('upload-too-large');
    case 400:
    case 403:
      return new Refusal('not-valid', {}, { cause: said });
    default:
      // The lock of another request for the same upload, which goes on: the browser asks for the offset and tries again.
      return said.message.includes('lock') ? new Refusal('upload-offset-wrong') : said;
  }
}

/** Headers that tus would answer in plain text, after the headers of a problem are past. */
function checkHeaders(request: Request): void {
  const faulty = (path: string): Refusal => new Refusal('not-valid', { path });
  if (request.headers['tus-resumable'] !== '1.0.0') throw faulty('Tus-Resumable');
  // Extensions that are not offered: tus would fail on them.
  for (const name of ['upload-concat', 'upload-defer-length']) if (request.headers[name] !== undefined) throw faulty(name);
  if (request.method === 'POST' && !/^\d{1,15}$/.test(String(request.headers['upload-length'] ?? ''))) throw faulty('Upload-Length');
  if (request.method === 'PATCH') {
    if (request.headers['content-type'] !== 'application/offset+octet-stream') throw new Refusal('media-type-unsupported');
    if (!/^(0|[1-9]\d{0,14})$/.test(String(request.headers['upload-offset'] ?? ''))) throw faulty('Upload-Offset');
  }
}

/**
 * Resumable uploads by tus 1.0 (creation, termination; the sweep job expires them) at /api/uploads. Everything is checked before tus sees
 * the request and its refusals are put into our words, so that every no is an ordinary problem; tus only moves bytes.
 */
export function mountUploads(app: Express, parts: UploadParts, actorOf: (request: Request) => Promise<Actor>): void {
  const asking = new AsyncLocalStorage<{ actor: Person; wish: UploadWish | null; uploadId: string }>();

  const locker = uploadLocker(parts.claims);
  const tus = new Server({
    path: '/api/uploads',
    datastore: new UploadStore(parts.metadata, parts.staging, locker.claimOf),
    locker,
    relativeLocation: true,
    maxSize: parts.maxBytes,
    // Uploads come from our own pages and from scripts; pages of other sites have no business here.
    allowedOrigins: () => false,
    namingFunction: () => asking.getStore()!.uploadId,
    async onUploadCreate(_request, upload) {
      const { actor, wish } = asking.getStore()!;
      const now = new Date().toISOString();
      await insertUpload(parts.metadata.queries, {
        id: upload.id,
        person_id: actor.id,
        school_id: actor.schoolId,
        state: 'receiving',
        name: wish!.filename,
        size: upload.size ?? null,
        code: null,
        params_json: JSON.stringify(wish),
        record_id: null,
        file_id: null,
        created_at: now,
        updated_at: now,
      });
      return {};
    },
    async onUploadFinish(_request, upload) {
      await finishOnce(parts, asking.getStore()!.actor, upload.id);
      return {};
    },
    // Thrown on, out of tus, to the one translator of all routes.
    async onResponseError(_request, error) {
      throw refusalFor(error);
    },
  });

  /** What was refused in the middle of its body leaves bytes on the connection that nobody will read: it must not be used again. */
  const handleByTus = async (request: Request, response: Response, context: { actor: Person; wish: UploadWish | null; uploadId: string }): Promise<void> => {
    try {
      await asking.run(context, () => tus.handle(request, response));
    } catch (error) {
      if (!request.complete) response.set('connection', 'close');
      throw error;
    }
  };

  const handler: RequestHandler = async (request, response) => {
    response.set({ 'tus-resumable': '1.0.0', 'tus-version': '1.0.0' });
    if (request.method === 'OPTIONS') return void (await tus.handle(request, response));
    const actor = await actorOf(request);
    const match = /^\/api\/uploads\/?([0-9a-f-]{36})?$/.exec(request.originalUrl.split('?')[0]!);
    const id = match?.[1];
    if (!match || !(id ? ['HEAD', 'PATCH', 'DELETE'] : ['POST']).includes(request.method)) throw new Refusal('not-found');
    if (!id) {
      if (actor.kind !== 'person') throw new Refusal('not-signed-in');
      checkHeaders(request);
      const wish = wishOf(request);
      await destinationFor(parts.metadata.queries, actor, wish);
      if ((await receivingUploads(parts.metadata.queries, actor.id)) >= mostReceiving) throw new Refusal('too-many-requests', { retryAfter: 60 });
      const size = Number(request.headers['upload-length']);
      if (size > parts.maxBytes) throw new Refusal('upload-too-large', { most: parts.maxBytes, size });
      // Better said before the first byte than after the last.
      const { freeBytes } = await parts.objects.check();
      if (freeBytes !== null && size > freeBytes) throw new Refusal('storage-full');
      return handleByTus(request, response, { actor, wish, uploadId: uuid() });
    }
    const upload = await ownUpload(parts.metadata, actor, id);
    checkHeaders(request);
    if (await arrivedUnfinished(parts.staging, upload)) await finishOnce(parts, actor, upload.id);
    const current = (await uploadById(parts.metadata.queries, upload.id))!;
    if (request.method === 'HEAD' && current.state !== 'receiving') {
      // The bytes have been taken in and are no longer staged; say so in tus's words instead of 404, or the browser would send them again.
      response.set({ 'upload-offset': String(current.size), 'upload-length': String(current.size), 'cache-control': 'no-store' });
      return void response.status(200).end();
    }
    await handleByTus(request, response, { actor: actor as Person, wish: null, uploadId: upload.id });
  };

  app.all(/^\/api\/uploads(\/[0-9a-f-]{36})?\/?$/, handler);
}
