import type { Response } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import { progressMarks } from '../../storage/metadata/files.ts';
import type { FileView } from '../contract/file.ts';

const lookMs = 500;
/** Proxies close connections that stay silent. */
const pingMs = 15_000;
const mostStreams = 200;
/** Open pages of one person, on all their devices: nobody takes the streams of the whole school. */
const mostOfOnePerson = 12;
/** Then the browser comes back by itself and is asked again who it is: rights that have ended do not outlive that. */
const lastsMs = 10 * 60_000;

interface Listener {
  fileIds: readonly string[];
  seen: Map<string, string>;
  send(fileIds: string[]): Promise<void>;
}

export interface ProgressEvents {
  /**
   * Streams `event: file` with the file's view whenever something of it changes, in whichever process; ends when the browser goes, and
   * after ten minutes. False: too many.
   */
  stream(response: Response, of: { personId: string; fileIds: readonly string[] }, view: (fileIds: string[]) => Promise<FileView[]>): boolean;
  close(): void;
}

/**
 * Live progress for every open page by one look at the database twice a second, however many watch; none while nobody does.
 * The database is the only thing that web and worker share on every installation, so the news travel through it.
 */
export function openProgressEvents(metadata: Metadata, onError: (error: unknown) => void, limits = { lastsMs }): ProgressEvents {
  const listeners = new Set<Listener>();
  const streams = new Map<Response, string>();
  let timer: NodeJS.Timeout | null = null;

  async function look(): Promise<void> {
    timer = null;
    try {
      const wanted = [...new Set([...listeners].flatMap((listener) => listener.fileIds))];
      const marks = await progressMarks(metadata.queries, wanted);
      for (const listener of listeners) {
        const changed = listener.fileIds.filter((id) => marks.get(id) !== listener.seen.get(id));
        for (const id of changed) listener.seen.set(id, marks.get(id) ?? '');
        if (changed.length > 0) await listener.send(changed);
      }
    } catch (error) {
      onError(error);
    }
    schedule();
  }

  function schedule(): void {
    if (timer === null && listeners.size > 0) timer = setTimeout(() => void look(), lookMs);
  }

  return {
    stream(response, { personId, fileIds }, view) {
      if (streams.size >= mostStreams || [...streams.values()].filter((one) => one === personId).length >= mostOfOnePerson) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
      response.write('retry: 2000\n\n');
      const listener: Listener = {
        fileIds,
        seen: new Map(),
        async send(changed) {
          for (const file of await view(changed)) response.write(`event: file\ndata: ${JSON.stringify(file)}\n\n`);
        },
      };
      const ping = setInterval(() => response.write(': still here\n\n'), pingMs);
      const end = setTimeout(() => response.end(), limits.lastsMs);
      listeners.add(listener);
      streams.set(response, personId);
      response.once('close', () => {
        clearInterval(ping);
        clearTimeout(end);
        listeners.delete(listener);
        streams.delete(response);
      });
      schedule();
      return true;
    },
    close() {
      if (timer) clearTimeout(timer);
      listeners.clear();
      for (const response of streams.keys()) response.end();
    },
  };
}
