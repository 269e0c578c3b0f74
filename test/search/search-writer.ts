import { openEmbedded } from '../../search/engines/embedded.ts';
import { searchDocument } from './search-documents.ts';

/*
 * A process to be killed: puts generation after generation of the same records, each put in one call, and says so.
 * argv: folder, first generation, records. Each record of generation n has the title "đời n" and n % 3 + 1 pages "trang đời n".
 */
const [folder, from, records] = process.argv.slice(2) as [string, string, string];
const index = await openEmbedded({ folder, role: 'writer' });
for (let generation = Number(from); ; generation++) {
  const texts = Array.from({ length: (generation % 3) + 1 }, (_, page) => `trang ${page} thuộc đời n${generation}`);
  await index.put(
    Array.from({ length: Number(records) }, (_, n) =>
      searchDocument(`r${n}`, { title: `đời n${generation} sách ${n}`, texts }),
    ),
  );
  process.stdout.write(`${generation}\n`);
}
