import { AsyncLocalStorage } from 'node:async_hooks';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import type { Express, Request, RequestHandler } from 'express';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { insertUpload, touchUpload, uploadById } from '../../storage/metadata/files.ts';
import type { Actor, Person } from '../access/actor.ts';
import { id as idSchema } from '../contract/common.ts';
import { scope } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ReceivingParts } from './receiving.ts';
import { arrivedUnfinished, destinationFor, finishUpload, ownUpload, type UploadWish } from './upload-finishing.ts';

export interface UploadParts extends ReceivingParts {
  /** Folder where bytes wait until the last has come. */
  staging: string;
  maxBytes: number;
  log: Log;
}

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

/**
 * Resumable uploads by tus 1.0 (creation, expiration by the sweep job, termination) at /api/uploads. Everything is checked before tus sees
 * the request, so that refusals are ordinary problems; tus only moves bytes.
 */
export function mountUploads(app: Express, parts: UploadParts, actorOf: (request: Request) => Promise<Actor>): void {
  const asking = new AsyncLocalStorage<{ actor: Person; wish: UploadWish | null; uploadId: string }>();
  const store = new FileStore({ directory: parts.staging });
  const finishing = new Map<string, Promise<void>>();

  /** One finishing of an upload at a time in this process. */
  const finishOnce = (actor: Actor, id: string): Promise<void> => {
    const running = finishing.get(id);
    if (running) return running;
    const work = (async () => {
      const upload = await uploadById(parts.metadata.queries, id);
      if (upload?.state === 'receiving') await finishUpload(parts, actor, upload);
    })().finally(() => finishing.delete(id));
    finishing.set(id, work);
    return work;
  };

  const tus = new Server({
    path: '/api/uploads',
    datastore: store,
    relativeLocation: true,
    maxSize: parts.maxBytes,
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
      await finishOnce(asking.getStore()!.actor, upload.id);
      return {};
    },
    async onResponseError(_request, error) {
      if (error instanceof Error) {
        const full = (error as NodeJS.ErrnoException).code === 'ENOSPC' || error.name === 'StoreFull';
        const refusal = error instanceof Refusal ? error : new Refusal(full ? 'storage-full' : 'internal-error');
        if (refusal.status >= 500) parts.log.error({ err: error }, 'upload failed');
        return { status_code: refusal.status, body: JSON.stringify({ code: refusal.code, status: refusal.status, params: refusal.params }) };
      }
      return undefined;
    },
  });

  const handler: RequestHandler = async (request, response) => {
    const actor = await actorOf(request);
    if (request.method === 'OPTIONS') return void (await tus.handle(request, response));
    const match = /^\/api\/uploads\/?([0-9a-f-]{36})?$/.exec(request.originalUrl.split('?')[0]!);
    if (!match) throw new Refusal('upload-not-found');
    if (request.method === 'POST' && !match[1]) {
      const wish = wishOf(request);
      await destinationFor(parts.metadata, actor, wish);
      const length = Number(request.headers['upload-length']);
      if (Number.isFinite(length) && length > parts.maxBytes) throw new Refusal('upload-too-large', { most: parts.maxBytes, size: length });
      return asking.run({ actor: actor as Person, wish, uploadId: uuid() }, () => tus.handle(request, response));
    }
    if (!match[1]) throw new Refusal('not-found');
    const upload = await ownUpload(parts.metadata, actor, match[1]);
    if (await arrivedUnfinished(parts.staging, upload)) await finishOnce(actor, upload.id);
    const current = (await uploadById(parts.metadata.queries, upload.id))!;
    if (request.method === 'HEAD' && current.state !== 'receiving') {
      // The bytes have been taken in and are no longer staged; say so in tus's words instead of 404, or the browser would send them again.
      response.set({ 'tus-resumable': '1.0.0', 'upload-offset': String(current.size), 'upload-length': String(current.size), 'cache-control': 'no-store' });
      return void response.status(200).end();
    }
    if (request.method === 'PATCH') await touchUpload(parts.metadata.queries, upload.id, new Date().toISOString());
    return asking.run({ actor: actor as Person, wish: null, uploadId: upload.id }, () => tus.handle(request, response));
  };

  app.all(/^\/api\/uploads(\/[0-9a-f-]{36})?\/?$/, handler);
}
