import { type CrosswalkRecord, yearIn } from './crosswalk-record.ts';
import { isbnOf, makersOf } from './cited-as.ts';

/** Names and values of <meta> in the manner of Highwire Press, which reference managers and scholarly indexes read in a page's head. */
export function citationMetas(record: CrosswalkRecord, page: string): [name: string, content: string][] {
  const { description: said } = record;
  const { makers, editors } = makersOf(record);
  const pdf = record.files.find(({ address, mediaType }) => address !== null && mediaType === 'application/pdf');
  const pairs: (readonly [string, string | null | undefined])[] = [
    ['citation_title', said.subtitle ? `${said.title}: ${said.subtitle}` : said.title],
    ...makers.map((name) => ['citation_author', name] as const),
    ...editors.map((name) => ['citation_editor', name] as const),
    ['citation_publication_date', yearIn(said.year)],
    ['citation_publisher', said.publisher],
    ['citation_isbn', isbnOf(record)],
    ['citation_language', said.languages[0]],
    ...said.keywords.map((keyword) => ['citation_keywords', keyword] as const),
    ['citation_pdf_url', pdf?.address],
    ['citation_public_url', page],
  ];
  return pairs.flatMap(([name, content]) => (content?.trim() ? [[name, content] as [string, string]] : []));
}
