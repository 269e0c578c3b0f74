import { expect } from 'chai';
import fc from 'fast-check';
import { type DecidedReasons, fewestDecisions, learn, memoryShift, mostShift, reasonSignature, withMemory } from '../../../server/merging/decision-memory.ts';
import { type Comparison, type Reason, reasonCodes, weigh } from '../../../server/merging/match-reasons.ts';
import { type EntryMember, mergedDescription } from '../../../server/merging/merged-description.ts';

describe('what an entry shows', () => {
  const isbn = (value: string) => ({ scheme: 'isbn' as const, value });
  const members: EntryMember[] = [
    { id: 'a', edition: 0, description: { title: 'TAT DEN', agents: [{ name: 'Ngô Tất Tố', role: 'aut' }], publisher: 'NXB Văn học', year: '2010', identifiers: [isbn('978-0-306-40615-7')], keywords: ['Nông dân'] } },
    { id: 'b', edition: 1, description: { title: 'Tắt đèn', publisher: 'Nhà xuất bản Kim Đồng', year: '2019', edition: 'Tái bản lần thứ 3', identifiers: [isbn('080442957X')], keywords: ['nong dan', 'Tiểu thuyết'] } },
    { id: 'c', edition: 1, description: { title: 'Tắt Đèn', agents: [{ name: 'Tố, Ngô Tất', role: 'aut' }], publisher: 'Kim Đồng', identifiers: [isbn('9780306406157')], grades: ['8'] } },
    { id: 'd', edition: 0, description: { title: 'Tắt đèn - Chị Dậu', year: '2011', grades: ['9'] } },
  ];

  it('what most say stands, in its fullest spelling, with who says it and who does not', () => {
    const { description, provenance } = mergedDescription(members);
    expect(description.title).to.equal('Tắt đèn');
    expect(provenance.title).to.deep.include({ from: ['a', 'b', 'c'], why: 'most' });
    expect(provenance.title!.others).to.deep.equal([{ value: 'Tắt đèn - Chị Dậu', from: ['d'] }]);
    expect(description.agents).to.deep.equal([{ name: 'Ngô Tất Tố', role: 'aut' }]);
    expect(provenance.agents).to.deep.include({ from: ['a', 'c'], why: 'agreed' });
  });

  it('no entry mixes two printings', () => {
    const { description, edition } = mergedDescription(members);
    expect(edition).to.equal(1);
    expect(description).to.include({ year: '2019', edition: 'Tái bản lần thứ 3' });
    expect(description.publisher).to.match(/Kim Đồng/);
    const chosen = mergedDescription(members, { year: 'a' });
    expect(chosen.description).to.include({ year: '2010', publisher: 'NXB Văn học' });
    expect(chosen.provenance.year!.why).to.equal('chosen');
  });

  it('identifiers and keywords are put together, each once', () => {
    const { description, provenance } = mergedDescription(members);
    expect(description.identifiers).to.have.length(2);
    expect(description.keywords).to.deep.equal(['Nông dân', 'Tiểu thuyết']);
    expect(provenance.keywords).to.deep.equal({ from: ['a', 'b'], why: 'together', others: [] });
  });

  it('trust and a librarian’s choice decide, for as long as that source is there', () => {
    const trusted = members.map((member) => (member.id === 'd' ? { ...member, trust: 1 } : { ...member, trust: 0.1 }));
    expect(mergedDescription(trusted).description.title).to.equal('Tắt đèn - Chị Dậu');
    expect(mergedDescription(members, { title: 'd' }).provenance.title).to.deep.include({ from: ['d'], why: 'chosen' });
    expect(mergedDescription(members.slice(0, 3), { title: 'd' }).description.title).to.equal('Tắt đèn');
    expect(mergedDescription(members, { title: 'a' }).description.title).to.equal('TAT DEN');
  });

  it('nothing is changed, order is nothing to it, and nothing comes of nothing', () => {
    const before = structuredClone(members);
    const merged = mergedDescription(members);
    expect(mergedDescription([...members].reverse())).to.deep.equal(merged);
    expect(members).to.deep.equal(before);
    expect(mergedDescription([])).to.deep.equal({ description: {}, provenance: {}, edition: null });
    expect(mergedDescription([{ id: 'x', description: { title: '', agents: [], keywords: [] } }]).description).to.deep.equal({});
    const alone = mergedDescription([members[1]!]);
    expect(alone.description).to.deep.equal(members[1]!.description);
    expect(Object.values(alone.provenance).every((one) => one.why === 'only' && one.from.join() === 'b')).to.equal(true);
  });
});

describe('what past decisions teach', () => {
  const reasons: Reason[] = [{ code: 'title-same', weight: 3 }, { code: 'people-missing', weight: -0.2 }, { code: 'publisher-same', weight: 0.8 }];
  const signature = reasonSignature(reasons);
  const comparison = (sum: number, more: Reason[] = []): Comparison => weigh([{ code: 'title-same', weight: sum }, { code: 'people-missing', weight: -0.2 }, ...more], { relation: 'work', firm: false });
  const decisions = (count: number, decision: 'same' | 'different', people = 4): DecidedReasons[] => Array.from({ length: count }, (_, at) => ({ signature, decision, by: `p${at % people}` }));

  it('five wrong clicks move nothing, nor does one person alone', () => {
    for (const wrong of [decisions(5, 'same'), decisions(fewestDecisions - 1, 'same'), decisions(10_000, 'same', 1), [...decisions(10_000, 'same', 1), { signature, decision: 'same' as const, by: 'second' }]])
      expect(withMemory(comparison(5), learn(wrong))).to.deep.equal(comparison(5));
  });

  it('many people who agree move a score, within bounds, and its reason is shown', () => {
    const near = comparison(5.3);
    expect(near.verdict).to.equal('ask');
    const moved = withMemory(near, learn(decisions(40, 'same')));
    expect(moved.verdict).to.equal('same');
    expect(moved.reasons.map(({ code }) => code)).to.include('past-decisions');
    expect(withMemory(comparison(6.5), learn(decisions(40, 'different'))).verdict).to.equal('ask');
    expect(withMemory(comparison(3), learn(decisions(100_000, 'same', 1000))).verdict, 'far below').not.to.equal('same');
    expect(memoryShift(learn([...decisions(50, 'same'), ...decisions(50, 'different')]), reasons)).to.be.closeTo(0, 0.01);
  });

  it('what contradicts is never learnt to be the same, and the other signatures learn nothing', () => {
    const barred = comparison(9, [{ code: 'volume-differs', weight: -1, bars: 'different' }]);
    const rows = decisions(1000, 'same', 50).map((row) => ({ ...row, signature: reasonSignature(barred.reasons) }));
    expect(withMemory(barred, learn(rows)).verdict).to.equal('different');
    const asked = comparison(9, [{ code: 'volume-missing', weight: -1, bars: 'ask' }]);
    expect(withMemory(asked, learn(rows.map((row) => ({ ...row, signature: reasonSignature(asked.reasons) })))).verdict).to.equal('ask');
    expect(withMemory(comparison(5), learn(rows))).to.deep.equal(comparison(5));
  });

  it('any memory moves any comparison by one step at most, in whatever order it was made', () => {
    const row = fc.record({ signature: fc.constantFrom(signature, 'title-same', ''), decision: fc.constantFrom('same' as const, 'different' as const), by: fc.constantFrom('a', 'b', 'c') });
    const reason = fc.record({ code: fc.constantFrom(...reasonCodes), weight: fc.double({ min: -6, max: 6, noNaN: true }) });
    const steps = ['different', 'ask', 'same'];
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), fc.array(reason, { maxLength: 6 }), (rows, given) => {
        const memory = learn(rows);
        expect([...learn([...rows].reverse())].sort()).to.deep.equal([...memory].sort());
        expect(Math.abs(memoryShift(memory, reasons))).to.be.at.most(mostShift);
        for (const before of [comparison(5), weigh(given, { relation: 'work', firm: false })]) {
          const after = withMemory(before, memory);
          expect(Math.abs(steps.indexOf(after.verdict) - steps.indexOf(before.verdict))).to.be.at.most(1);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
