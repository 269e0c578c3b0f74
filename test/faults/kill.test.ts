import { expect } from 'chai';
import { checkFixity } from '../../server/keeping/fixity.ts';
import { type Fleet, type Member, openFleet } from '../support/fleet.ts';
import type { Visitor } from '../support/visitor.ts';
import { checkLedger, comparedObjects, untilIdle } from './whole-library.ts';
import { seeded, startWriting } from './writing-driver.ts';

const long = process.env['FAULTS'] === 'long';
const kills = long ? 50 : 5;
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

describe(`kill -9 at any moment of an ingest (${kills} kills, seed ${seed})`, function () {
  this.timeout(kills * 30_000 + 180_000);
  let fleet: Fleet;
  before(async () => {
    fleet = await openFleet({ environment: { LOG_LEVEL: 'error', TU_SACH_HIDE_TOOLS: '1' } });
  });
  after(() => fleet.close());

  it('nothing acknowledged is missing, no page is lost, no job hangs, and what was published is found', async () => {
    const random = seeded(seed);
    const members: Member[] = [await fleet.start('web'), await fleet.start('worker'), await fleet.start('worker')];
    let url = members[0]!.url;
    const librarian: Visitor = await fleet.librarian(() => url);
    const { queries } = fleet.storage.metadata;
    const reading = async (): Promise<boolean> => (await queries.selectFrom('jobs').select('id').where('state', '=', 'running').where('kind', '=', 'ingest-file').execute()).length > 0;

    const writing = startWriting(librarian, seeded(seed + 1), { books: 5 + kills, pagesOfBook: 8 });
    let killedWebs = 0;
    let whileReading = 0;
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 2_000));
      const at = random() < 0.4 ? 0 : 1 + Math.floor(random() * 2);
      const victim = members[at]!;
      if (await reading()) whileReading++;
      await victim.killNow();
      if (victim.kind === 'web') killedWebs++;
      const fresh = await fleet.start(victim.kind);
      members[at] = fresh;
      if (fresh.kind === 'web') url = fresh.url;
    }
    await writing.stop();
    const again = await untilIdle(fleet, librarian);
    const { ledger } = writing;
    console.log(
      `      seed ${seed}: ${kills} kills (${killedWebs} of web, ${whileReading} while a book was read), ${ledger.uploads.length} books, ${ledger.edits.length} edits, ` +
        `${ledger.published.length} published, ${ledger.unanswered} requests without an answer, ${again} books tried again`,
    );
    expect(ledger.uploads.length).to.be.greaterThan(1);
    expect(ledger.published.length).to.be.greaterThan(1);
    if (killedWebs > 0) expect(ledger.unanswered, 'the kills were felt').to.be.greaterThan(0);
    await checkLedger(fleet, librarian, ledger);
    const { orphans, missing } = await comparedObjects(fleet.storage);
    expect(missing, 'objects that rows name').to.deep.equal([]);
    const inTwoHours = Date.now() + 2 * 3600_000;
    const fixity = await checkFixity(fleet.storage, { folder: fleet.folder, repairOrphans: false, signal: new AbortController().signal, now: () => inTwoHours });
    expect(fixity).to.deep.include({ damaged: [], missing: [], orphans: orphans.sort() });
    // A web process that dies between the last byte and the row leaves the bytes: one file for each such death.
    expect(orphans.filter((key) => !key.startsWith('originals/'))).to.deep.equal([]);
    expect(orphans.length).to.be.at.most(killedWebs);
    for (const member of members) expect(await member.stop()).to.equal(0);
    expect(fleet.output()).not.to.match(/unhandled|TypeError/i);
  });
});
