import type { Description } from '../../server/contract/record.ts';

const books = ['SGK', 'SBT', 'SGV', 'STK', 'TRUYEN', 'TRUYEN_TRANH', 'TU_DIEN', 'TLDP'];

/**
 * What reference managers read out of a page (COinS): a context object of OpenURL 1.0 (Z39.88-2004) as keys and values, for a book or,
 * where it is none, for whatever Dublin Core can say. `page`: the record's address.
 */
export function contextObject(record: Description, page: string): string {
  const of = (roles: readonly string[]) =>
    record.agents.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  const numbers = record.identifiers
    .filter(({ scheme }) => scheme === 'isbn')
    .map(({ value }) => value.replace(/[\s-]/g, ''));
  const doi = record.identifiers.find(({ scheme }) => scheme === 'doi')?.value;
  const title = [record.title, record.subtitle].filter(Boolean).join(': ');
  const book = numbers.length > 0 || books.includes(record.resourceType ?? '');
  const pairs: [string, string | undefined][] = [
    ['ctx_ver', 'Z39.88-2004'],
    ['rft_val_fmt', `info:ofi/fmt:kev:mtx:${book ? 'book' : 'dc'}`],
    ['rft_id', page],
    ['rft_id', doi && `info:doi/${doi}`],
    ...(book
      ? ([
          ['rft.genre', 'book'],
          ['rft.btitle', title],
          ...of(['aut', 'cmp', 'isb']).map((name) => ['rft.au', name]),
          ['rft.pub', record.publisher],
          ['rft.place', record.placeOfPublication],
          ['rft.date', record.year],
          ['rft.edition', record.edition],
          ['rft.isbn', numbers[0]],
        ] as [string, string | undefined][])
      : ([
          ['rft.title', title],
          ...of(['aut', 'cmp', 'isb']).map((name) => ['rft.creator', name]),
          ['rft.publisher', record.publisher],
          ['rft.date', record.year],
          ['rft.description', record.abstract?.slice(0, 500)],
        ] as [string, string | undefined][])),
    ['rft.language', record.languages[0]],
  ];
  return new URLSearchParams(pairs.filter((pair): pair is [string, string] => Boolean(pair[1]?.trim()))).toString();
}
