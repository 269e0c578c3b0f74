import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from './temporary.ts';

/*
 * A stand-in for Meilisearch where none can be installed. It holds the contract and not the ranking: each request has to be, byte
 * for byte, the next that a real Meilisearch 1.50 was sent when the transcript was recorded, and gets what that answered then.
 * A request that was not recorded gets 500 with its own line, and `unrecorded` names it.
 */

export interface Exchange {
  /** `POST /multi-search` */
  request: string;
  body: string;
  status: number;
  answer: unknown;
}

export interface ContractServer {
  url: string;
  /** Requests that came and were not the next recorded, or that were recorded and did not come. */
  unrecorded(): string[];
  /** Requests that came, without looks at tasks. */
  requests: string[];
  close(): Promise<void>;
}

const fixture = (scenario: string): string =>
  new URL(`../fixtures/meilisearch/${scenario}.json`, import.meta.url).pathname;
const prefix = 'tusach_contract';
export const contractKey = 'a-key-of-the-contract';

/** The key is part of what is asked. */
const lineOf = ({ method, url, headers }: IncomingMessage): string =>
  `${method} ${url}${headers.authorization === `Bearer ${contractKey}` ? '' : ' with another key'}`;

const isLook = (request: string): boolean => request.startsWith('GET /tasks/');

/** Answers from the transcript of a scenario. */
export async function replayed(scenario: string): Promise<ContractServer> {
  if (!existsSync(fixture(scenario)))
    throw new Error(`no transcript of ${scenario}; record it with RECORD_MEILISEARCH=1 npm run test:servers`);
  const left = JSON.parse(readFileSync(fixture(scenario), 'utf8')) as Exchange[];
  const looks = new Map(left.filter(({ request }) => isLook(request)).map((one) => [one.request, one]));
  const due = left.filter(({ request }) => !isLook(request));
  const unrecorded: string[] = [];
  const names = plainNames();
  const server = await listening(async (request, response) => {
    const line = names(lineOf(request));
    const body = names(await text(request));
    if (isLook(line)) return send(response, looks.get(line));
    server.requests.push(line);
    const next = due.shift();
    if (next?.request === line && next.body === body) return send(response, next);
    unrecorded.push(
      `${line} ${body.slice(0, 300)} (recorded: ${next ? `${next.request} ${next.body.slice(0, 300)}` : 'nothing more'})`,
    );
    send(response, {
      request: line,
      body,
      status: 500,
      answer: { code: 'not_recorded', message: `${line} was not recorded` },
    });
  });
  return { ...server, unrecorded: () => [...unrecorded, ...due.map((one) => `${one.request} did not come`)] };
}

/** A way to a real server that writes down what passes; `close()` stores the transcript. */
export async function recorded(scenario: string, target: { host: string; key: string }): Promise<ContractServer> {
  const exchanges = new Map<string, Exchange>();
  const names = plainNames();
  await dropIndexes(target);
  const server = await listening(async (request, response) => {
    const sent = await text(request);
    const answered = await fetch(`${target.host}${request.url}`, {
      method: request.method!,
      headers: {
        ...(request.headers['content-type'] ? { 'content-type': request.headers['content-type'] } : {}),
        authorization:
          request.headers.authorization === `Bearer ${contractKey}` ? `Bearer ${target.key}` : 'Bearer wrong',
      },
      ...(sent === '' ? {} : { body: sent }),
    });
    const line = names(lineOf(request));
    const said = line.startsWith('GET /indexes?') ? onlyOurs(await answered.text()) : await answered.text();
    if (!isLook(line)) server.requests.push(line);
    const answer = JSON.parse(names(withoutChance(said))) as unknown;
    exchanges.set(isLook(line) ? line : `${exchanges.size} ${line}`, {
      request: line,
      body: names(sent),
      status: answered.status,
      answer,
    });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(said);
  });
  return {
    ...server,
    unrecorded: () => [],
    async close() {
      await server.close();
      await dropIndexes(target);
      writeFileSync(
        fixture(scenario),
        `${renumbered([...exchanges.values()].map((one) => JSON.stringify(one)).join(',\n'))}\n`,
      );
    },
  };
}

async function listening(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<Omit<ContractServer, 'unrecorded'>> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.writeHead(502).end(JSON.stringify({ message: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `meilisearch+http://:${contractKey}@127.0.0.1:${port}/${prefix}`,
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, exchange: Exchange | undefined): void {
  const { status, answer } = exchange ?? { status: 404, answer: { code: 'task_not_found' } };
  const body = JSON.stringify(answer).replaceAll('<now>', new Date().toISOString());
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** Other indexes on the server are nobody's business. */
function onlyOurs(said: string): string {
  const listed = JSON.parse(said) as { results?: { uid: string }[]; total: number };
  if (!listed.results) return said;
  const results = listed.results.filter(({ uid }) => uid.startsWith(prefix));
  return JSON.stringify({ ...listed, results, total: results.length });
}

async function dropIndexes({ host, key }: { host: string; key: string }): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  const listed = (await (await fetch(`${host}/indexes?limit=1000`, { headers })).json()) as {
    results: { uid: string }[];
  };
  for (const { uid } of listed.results) {
    if (!uid.startsWith(prefix)) continue;
    const sent = await fetch(`${host}/indexes/${uid}`, { method: 'DELETE', headers });
    const { taskUid } = (await sent.json()) as { taskUid: number };
    await until(`${uid} is gone`, async () => {
      const task = (await (await fetch(`${host}/tasks/${taskUid}`, { headers })).json()) as { status: string };
      return task.status === 'succeeded' || task.status === 'failed';
    });
  }
}

/** Tasks and the times of indexes in the order of their coming. */
function renumbered(exchanges: string): string {
  const numbers = new Map<string, number>();
  const times = new Map<string, number>();
  const place = (seen: Map<string, number>, value: string): number => {
    if (!seen.has(value)) seen.set(value, seen.size + 1);
    return seen.get(value)!;
  };
  const plain = exchanges
    .replace(
      /("taskUid":|"uid":|GET \/tasks\/)(\d+)/g,
      (_, before: string, number: string) => `${before}${place(numbers, number)}`,
    )
    .replace(/"batchUid":\d+/g, '"batchUid":1')
    .replace(
      /"createdAt":"([^"]*)"/g,
      (_, time: string) => `"createdAt":"2026-01-01T00:00:00.${String(place(times, time)).padStart(3, '0')}Z"`,
    );
  return `[\n${plain}\n]`;
}

/** What differs from one run to the next gets a name in the order of its coming: tasks, indexes being built. */
function plainNames(): (said: string) => string {
  const builds = new Map<string, string>();
  return (said) =>
    said.replace(/_next_\d+_[0-9a-f]{8}/g, (name) => {
      if (!builds.has(name)) builds.set(name, `_next_${builds.size + 1}`);
      return builds.get(name)!;
    });
}

/** Times, ids of requests and of enqueued tasks out of an answer. */
function withoutChance(said: string): string {
  return said
    .replace(/"processingTimeMs":\d+/g, '"processingTimeMs":0')
    .replace(/,"requestUid":"[^"]*"/g, '')
    .replace(/"duration":"[^"]*"/g, '"duration":"PT0.01S"')
    .replace(/"(updatedAt|enqueuedAt|startedAt|finishedAt)":"[^"]*"/g, '"$1":"<now>"');
}
