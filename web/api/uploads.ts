import { DetailedError, Upload } from 'tus-js-client';
import type { UploadOutcome } from '../../server/contract/file.ts';
import * as api from './calls.ts';
import { csrfHeader, ProblemError } from './client.ts';

export type SendEvents = {
  progress: (sent: number, total: number) => void;
  /** The connection is gone; it goes on by itself when it is back. */
  lost: () => void;
  /** All bytes have arrived and the server has said what became of them. */
  settled: (outcome: UploadOutcome) => void;
  failed: (error: unknown) => void;
};
export type Wish = { recordId?: string | undefined; replaces?: string | undefined; folder?: string | undefined };
export type Sending = { start: () => void; pause: () => void; cancel: () => void };

const endpoint = '/api/uploads';
const retryDelays = [0, 1000, 3000, 5000, 10_000, 20_000];

/** Sends one file by tus 1.0; a file chosen again after the page was closed goes on where it stopped. */
export function send(file: File, wish: Wish, events: SendEvents): Sending {
  let gone = false;
  let waiting = false;
  const metadata: Record<string, string> = { filename: file.name.normalize('NFC') };
  for (const [key, value] of Object.entries(wish)) if (value) metadata[key] = value;

  const upload = new Upload(file, {
    endpoint,
    metadata,
    retryDelays,
    removeFingerprintOnSuccess: true,
    // An upload meant for another record, or to replace another file, must not be taken for this one.
    fingerprint: () =>
      Promise.resolve(
        ['tusach', file.name, file.type, file.size, file.lastModified, wish.recordId ?? '', wish.replaces ?? ''].join(
          '|',
        ),
      ),
    onBeforeRequest: (request) => {
      for (const [name, value] of Object.entries(csrfHeader())) request.setHeader(name, value);
    },
    onProgress: events.progress,
    onShouldRetry: (error) => {
      const status = (error as DetailedError).originalResponse?.getStatus() ?? 0;
      if (status === 0) events.lost();
      // A full disk (507) does not empty itself: the person is told at once.
      return status === 0 || (status >= 500 && status !== 507) || status === 409 || status === 423 || status === 429;
    },
    onSuccess: () => void settle(),
    onError: (error) => {
      if (gone) return;
      const problem = asProblem(error);
      if (problem.code !== 'offline') return events.failed(problem);
      events.lost(); // the short retries are used up: from here on the browser says when there is a network again
      waiting = true;
      addEventListener('online', resume, { once: true });
      setTimeout(resume, 30_000);
    },
  });

  function resume() {
    if (!waiting || gone) return;
    waiting = false;
    removeEventListener('online', resume);
    upload.start();
  }

  async function settle() {
    const id = upload.url?.split('/').filter(Boolean).at(-1) ?? '';
    try {
      events.settled(await outcomeOf(id, events.lost));
    } catch (error) {
      events.failed(error);
    }
  }

  return {
    start: () => {
      waiting = false;
      gone = false;
      void upload
        .findPreviousUploads()
        .then((previous) => {
          if (gone) return;
          if (previous[0] && upload.url === null) upload.resumeFromPreviousUpload(previous[0]);
          upload.start();
        })
        .catch(events.failed);
    },
    pause: () => {
      waiting = false;
      gone = true;
      void upload.abort();
    },
    cancel: () => {
      waiting = false;
      gone = true;
      upload.abort(true).catch(() => {}); // what cannot be ended now, the server sweeps away later
    },
  };
}

/** The bytes are hashed and filed right after the last one came; asks until that is done, for at most two minutes. */
async function outcomeOf(uploadId: string, lost: () => void): Promise<UploadOutcome> {
  const deadline = Date.now() + 120_000;
  for (let wait = 150; ; wait = Math.min(wait * 1.6, 3000)) {
    try {
      const outcome = await api.files.outcome(uploadId);
      if (outcome.state !== 'receiving') return outcome;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'offline' || Date.now() > deadline) throw error;
      lost();
    }
    if (Date.now() > deadline) throw new ProblemError({ code: 'internal-error', status: 0 });
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function asProblem(error: unknown): ProblemError {
  if (!(error instanceof DetailedError)) return new ProblemError({ code: 'internal-error', status: 0 });
  const response = error.originalResponse;
  if (!response) return new ProblemError({ code: 'offline', status: 0 });
  try {
    const body = JSON.parse(response.getBody()) as { code: string; status: number };
    if (typeof body.code === 'string') return new ProblemError(body);
  } catch {
    // a proxy's page, or nothing
  }
  const code = response.getStatus() === 413 ? 'body-too-large' : 'internal-error';
  return new ProblemError({ code, status: response.getStatus() });
}
