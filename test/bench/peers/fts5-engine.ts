import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** SQLite FTS5 on plain words, bm25, as a process that is told what to do line by line; see peer-process.ts. */
let db: DatabaseSyncInstance;

async function build(corpus: string, folder: string): Promise<object> {
  const path = join(folder, 'fts5.db');
  db = new DatabaseSync(path);
  db.exec(`pragma journal_mode = wal; create virtual table pages using fts5 (text, content = '', tokenize = 'unicode61')`);
  const insert = db.prepare('insert into pages (rowid, text) values (?, ?)');
  const start = performance.now();
  let row = 0;
  db.exec('begin');
  for await (const line of createInterface({ input: createReadStream(corpus) })) {
    insert.run(++row, line);
    if (row % 5000 === 0) db.exec('commit; begin');
  }
  db.exec('commit');
  const seconds = (performance.now() - start) / 1000;
  // Quicker to search; what it takes is not counted.
  db.exec(`insert into pages (pages) values ('optimize'); pragma wal_checkpoint(truncate)`);
  return { seconds, bytes: statSync(path).size + (existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0) };
}

function run(queries: string, answers: string): object {
  const best = db.prepare('select rowid from pages where pages match ? order by rank limit 20');
  const count = db.prepare('select count(*) as hits from pages where pages match ?');
  const lines = readFileSync(queries, 'utf8').trimEnd().split('\n').map((line) => {
    const [kind, words] = line.split('\t') as [string, string];
    const match = words.split(' ').map((word) => `"${word}"`).join(kind === 'phrases' ? ' + ' : ' ');
    const start = performance.now();
    best.all(match);
    const { hits } = count.get(match) as { hits: number };
    return `${hits}\t${performance.now() - start}`;
  });
  writeFileSync(answers, `${lines.join('\n')}\n`);
  return {};
}

const version = (): object => ({ version: (new DatabaseSync(':memory:').prepare('select sqlite_version() as version').get() as { version: string }).version });

for await (const line of createInterface({ input: process.stdin })) {
  const [order, first = '', second = ''] = line.split('\t');
  const answer = order === 'build' ? await build(first, second) : order === 'run' ? run(first, second) : version();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
