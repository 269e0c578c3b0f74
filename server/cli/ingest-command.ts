import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openStorage, type Storage } from '../../storage/index.ts';
import { fileById } from '../../storage/metadata/files.ts';
import { workersAlive } from '../../storage/metadata/processes.ts';
import { organisationByCode, schools } from '../../storage/metadata/organisations.ts';
import { peopleOfSchool } from '../../storage/metadata/people.ts';
import { recordById } from '../../storage/metadata/records.ts';
import { inNameOf } from '../accounts/open-sessions.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { fileArrivals } from '../catalogue/file-arrivals.ts';
import { publishRecord } from '../catalogue/record-states.ts';
import { seedVocabularies } from '../catalogue/seed-vocabularies.ts';
import { configOrExit } from '../config.ts';
import { scope as scopeSchema } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { type LocalInput, localInputs, openLocalInput } from '../files/local-input.ts';
import { receive } from '../files/receiving.ts';

export interface IngestLine {
  path: string;
  recordId: string | null;
  fileId: string | null;
  /** accepted, already-held, refused; with --wait also ready, stopped or failed. */
  state: string;
  code: string | null;
}

const usage = `npm run ingest -- [--school CODE] [--publish] [--licence CODE] [--scope class|school|sector|public] [--wait] [--json] PATH…

Takes files into the library in DATA_DIR. A folder whose files are all images is one book.
--publish  publishes each record at once; otherwise it is a draft
--wait     waits until each file has been read (a worker must be running: npm start)
--json     one JSON line for each file: path, recordId, fileId, state, code
The exit status is 0 only if all went in.
`;

const wentIn = (line: IngestLine): boolean => ['accepted', 'already-held', 'ready'].includes(line.state);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      school: { type: 'string' },
      publish: { type: 'boolean', default: false },
      licence: { type: 'string' },
      scope: { type: 'string' },
      wait: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  if (values.scope !== undefined && !scopeSchema.safeParse(values.scope).success) {
    process.stderr.write(usage);
    return 2;
  }
  const storage = await openStorage(configOrExit());
  try {
    await seedVocabularies(storage.metadata);
    const school = values.school ? await organisationByCode(storage.metadata.queries, values.school) : (await schools(storage.metadata.queries))[0];
    if (!school) {
      process.stderr.write(values.school ? `no school with the code ${values.school}\n` : 'the library is not set up: run npm start and open it in a browser\n');
      return 1;
    }
    if (values.wait && !(await workerWithin(storage, 10_000))) {
      process.stderr.write('no worker is running on this library, so nothing would be read: run npm start first, or leave --wait out\n');
      return 1;
    }
    const say = (line: IngestLine): void => {
      process.stdout.write(values.json ? `${JSON.stringify(line)}\n` : `${line.state.padEnd(13)}${line.code ?? ''} ${line.path}\n`);
    };
    let allIn = true;
    const finish = (line: IngestLine): void => {
      say(line);
      allIn &&= wentIn(line);
    };
    const accepted: IngestLine[] = [];
    for (const path of positionals) {
      let inputs: LocalInput[];
      try {
        inputs = await localInputs(path);
        if (inputs.length === 0) throw new Error('nothing to take in');
      } catch {
        finish({ path, recordId: null, fileId: null, state: 'refused', code: 'not-found' });
        continue;
      }
      for (const input of inputs) {
        const line = await takeIn(storage, school.id, input, values);
        if (values.wait && line.fileId) accepted.push(line);
        else finish(line);
      }
    }
    for (const line of accepted) finish(await untilRead(storage, line));
    return allIn ? 0 : 1;
  } finally {
    await storage.close();
  }
}

async function takeIn(storage: Storage, schoolId: string, input: LocalInput, wish: { publish: boolean; licence?: string; scope?: string }): Promise<IngestLine> {
  const { metadata, objects } = storage;
  let opened;
  try {
    opened = await openLocalInput(input);
    const received = await receive(
      { metadata, objects, ...fileArrivals(metadata) },
      opened.body,
      { name: opened.name, licence: wish.licence, scope: wish.scope },
      { kind: 'new-record', schoolId, personId: null },
    );
    if (wish.publish && received.state === 'accepted') await publish(storage, schoolId, received.recordId);
    return { path: input.path, recordId: received.recordId, fileId: received.fileId, state: received.state, code: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { path: input.path, recordId: null, fileId: null, state: 'refused', code: error.code };
  } finally {
    opened?.body.destroy();
    await opened?.release();
  }
}

/** Published in the name of the school's first cataloguer: whoever can run this command holds the data folder. */
async function publish({ metadata }: Storage, schoolId: string, recordId: string): Promise<void> {
  const people = await peopleOfSchool(metadata.queries, schoolId);
  const librarian = people.find((person) => person.disabled === 0 && (person.role === 'librarian' || person.role === 'administrator'));
  if (!librarian) throw new Refusal('not-allowed');
  const record = authorize(recordPolicy, 'record-not-found', inNameOf(librarian), 'publish', await recordById(metadata.queries, recordId));
  await publishRecord(metadata, record, { personId: librarian.id, version: record.version, now: new Date() });
}

/** A library that has just been started has its worker a moment later. */
async function workerWithin({ metadata }: Storage, patienceMs: number): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(200)) {
    if ((await workersAlive(metadata.queries)) > 0) return true;
    if (Date.now() > deadline) return false;
  }
}

/** A file is read in its own time: hours for a long scan. Ends early only when no worker is left to read it. */
async function untilRead({ metadata }: Storage, line: IngestLine): Promise<IngestLine> {
  for (;;) {
    const file = await fileById(metadata.queries, line.fileId!);
    if (!file || file.removed_at) return { ...line, state: 'failed', code: 'file-not-found' };
    if (file.state === 'ready' || file.state === 'stopped' || file.state === 'failed') return { ...line, state: file.state, code: file.code };
    if ((await workersAlive(metadata.queries)) === 0) return { ...line, state: 'accepted', code: 'worker-gone' };
    await sleep(300);
  }
}

process.exitCode = await main();
