import { expect } from 'chai';
import { contextObject } from '../../web/parts/coins.ts';
import { description } from '../../server/contract/record.ts';

describe('COinS', () => {
  const page = 'https://thuvien.example/record/1';
  const said = (record: object): [string, string][] => [...new URLSearchParams(contextObject(description.parse(record), page))];

  it('a book is a book, with all who made it', () => {
    const book = { title: 'Toán 6', subtitle: 'tập một', agents: [{ name: 'Hà Huy Khoái', role: 'edt' }, { name: 'Cung & Anh' }, { name: 'Trần Đình' }], publisher: 'NXB', placeOfPublication: 'Hà Nội', year: '2021', languages: ['vi'], resourceType: 'SGK', identifiers: [{ scheme: 'isbn', value: '978-604-0-25078-0' }] };
    expect(said(book)).to.eql([
      ['ctx_ver', 'Z39.88-2004'],
      ['rft_val_fmt', 'info:ofi/fmt:kev:mtx:book'],
      ['rft_id', page],
      ['rft.genre', 'book'],
      ['rft.btitle', 'Toán 6: tập một'],
      ['rft.au', 'Cung & Anh'],
      ['rft.au', 'Trần Đình'],
      ['rft.pub', 'NXB'],
      ['rft.place', 'Hà Nội'],
      ['rft.date', '2021'],
      ['rft.isbn', '9786040250780'],
      ['rft.language', 'vi'],
    ]);
  });

  it('anything else is what Dublin Core says, and whatever is in it stays a value', () => {
    const hostile = 'a&rft.title=b"<script>\ud800';
    const pairs = said({ title: hostile, resourceType: 'SKKN', identifiers: [{ scheme: 'doi', value: '10.1/x' }] });
    expect(pairs.slice(1, 5)).to.eql([
      ['rft_val_fmt', 'info:ofi/fmt:kev:mtx:dc'],
      ['rft_id', page],
      ['rft_id', 'info:doi/10.1/x'],
      ['rft.title', 'a&rft.title=b"<script>\ufffd'],
    ]);
    expect(contextObject(description.parse({ title: hostile }), page)).to.match(/^[\w.%=&*+-]+$/);
  });
});
