import { expect } from 'chai';
import { clockTime, dateAndTime, longDate, shortDate } from '../../web/messages/dates.ts';
import { formatNumber, formatSize } from '../../web/messages/numbers.ts';

describe('dates and numbers on screen', () => {
  it('shows the day in Viet Nam, not in Greenwich', () => {
    expect(shortDate('2026-11-24T09:05:00.000Z')).to.equal('24/11/2026');
    expect(shortDate('2026-11-24T17:00:00.000Z')).to.equal('25/11/2026');
    expect(shortDate('2026-12-31T16:59:59.999Z')).to.equal('31/12/2026');
    expect(shortDate('2026-12-31T17:00:00.000Z')).to.equal('01/01/2027');
    expect(clockTime('2026-11-24T02:05:00.000Z')).to.equal('09:05');
    expect(dateAndTime('2026-11-24T17:30:00.000Z')).to.equal('25/11/2026 00:30');
  });

  it('writes the long form as letters and decisions do', () => {
    expect(longDate('2026-11-24T09:05:00.000Z', 'vi')).to.equal('ngày 24 tháng 11 năm 2026');
    expect(longDate('2026-11-04T09:05:00.000Z', 'en')).to.equal('4 November 2026');
  });

  it('says nothing of what is no instant', () => {
    expect([shortDate('hôm qua'), clockTime(''), dateAndTime('x'), longDate('x', 'vi')]).to.deep.equal([
      '',
      '',
      '',
      '',
    ]);
  });

  it('groups thousands by points in Vietnamese and by commas in English', () => {
    expect(formatNumber(1234567.89, 'vi')).to.equal('1.234.567,89');
    expect(formatNumber(1234567.89, 'en')).to.equal('1,234,567.89');
    expect([0, 7, 999, 1000, 8.5, -1200.1, -0.001].map((one) => formatNumber(one, 'vi'))).to.deep.equal([
      '0',
      '7',
      '999',
      '1.000',
      '8,5',
      '-1.200,1',
      '0',
    ]);
  });

  it('shows sizes in the unit people read', () => {
    expect(
      [0, 999, 1000, 258_400, 1_240_000, 12_600_000, 4_000_000_000].map((bytes) => formatSize(bytes, 'vi')),
    ).to.deep.equal(['0 B', '999 B', '1 KB', '258 KB', '1,2 MB', '13 MB', '4 GB']);
  });
});
