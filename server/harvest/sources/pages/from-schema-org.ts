import { plainText, withoutReferences } from '../plain-text.ts';
import { isObject, type JsonObject, listOf, textOf } from '../read-json.ts';
import { add, clipped, nothingSaid, type SaidDescription, sayAgent, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from '../said-description.ts';
import { resourceTypeOf } from '../said-type.ts';
import type { TermWords } from '../term-words.ts';

/** A text, with or without its language (`@value`). */
const wordsOf = (value: unknown): string => withoutReferences(textOf(isObject(value) ? (value['@value'] ?? value['name']) : value));
const allWords = (value: unknown): string[] => listOf(value).map(wordsOf).filter(Boolean);

const people: readonly (readonly [string, string])[] = [
  ...([['author', 'aut'], ['creator', 'aut'], ['editor', 'edt'], ['translator', 'trl']] as const),
  ...([['illustrator', 'ill'], ['readBy', 'nrt'], ['contributor', 'ctb']] as const),
];

/** A thing of schema.org as a description; its own page `address` comes first of its links. */
export function fromSchemaOrg(thing: JsonObject, address: string, terms: TermWords): SaidDescription {
  const said = nothingSaid();
  const first = (...fields: string[]): string | null => fields.flatMap((field) => allWords(thing[field]))[0] ?? null;
  said.title = clipped(first('name', 'headline'), 500);
  said.subtitle = clipped(first('alternativeHeadline', 'alternateName'), 500);
  for (const [field, role] of people)
    for (const name of allWords(thing[field])) if (!/^https?:/.test(name) && !said.agents.some((one) => one.name === name)) sayAgent(said, name, role);
  said.publisher = clipped(first('publisher', 'provider'), 300);
  said.year = yearSaid(first('datePublished', 'copyrightYear', 'dateCreated', 'uploadDate')?.slice(0, 20) ?? null);
  said.edition = clipped(first('bookEdition'), 200);
  for (const value of listOf(thing['inLanguage'])) {
    const code = terms.language(textOf(isObject(value) ? (value['alternateName'] ?? value['name']) : value));
    if (code !== null) add(said.languages, code, 10);
  }
  for (const field of ['about', 'genre', 'keywords', 'isPartOf', 'educationalAlignment', 'teaches'])
    for (const value of listOf(thing[field])) {
      const text = isObject(value) && 'targetName' in value ? wordsOf(value['targetName']) : wordsOf(value);
      // Keywords come as a list, or as one text with commas.
      for (const word of field === 'keywords' ? text.split(/\s*[,;]\s*/) : [text]) if (word !== '' && !/^https?:/.test(word)) sayTopic(said, terms, word);
    }
  for (const word of [...allWords(thing['learningResourceType']), ...allWords(thing['educationalLevel'])]) if (!sayPlace(said, terms, word)) sayTopic(said, terms, word);
  for (const type of listOf(thing['@type'])) said.resourceType ??= resourceTypeOf(textOf(type));
  said.abstract = clipped(plainText(first('abstract', 'description') ?? ''), 5000, true);
  sayLink(said, address);
  for (const field of ['isbn', 'issn']) for (const text of allWords(thing[field])) sayIdentifier(said, text);
  for (const value of listOf(thing['identifier'])) {
    const text = textOf(isObject(value) ? value['value'] : value);
    // Numbers of the site's own say nothing elsewhere.
    if (/^(urn:)?(isbn|issn|doi)[:\s]|doi\.org\/10\.|^97[89][\d-]{10,14}$/i.test(text)) sayIdentifier(said, text);
  }
  for (const field of ['url', 'sameAs', 'contentUrl']) for (const text of listOf(thing[field]).map(textOf)) if (text !== '' && URL.canParse(text, address)) sayLink(said, new URL(text, address).href);
  for (const value of listOf(thing['license'])) said.licence ??= terms.licence(textOf(isObject(value) ? (value['url'] ?? value['@id'] ?? value['name']) : value));
  return said;
}
