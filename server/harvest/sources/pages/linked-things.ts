import { withoutReferences } from '../plain-text.ts';
import { isObject, type JsonObject, JsonFault, listOf, readJson, textOf } from '../read-json.ts';
import { typeName } from '../said-type.ts';

/** Things that can be records, what says most first; a page about one of them says other things beside it. */
const ranks: readonly (readonly string[])[] = [
  ['Book', 'Audiobook', 'EBook', 'ComicIssue', 'ComicStory', 'Chapter', 'Thesis', 'ShortStory'],
  ['LearningResource', 'Course', 'Quiz', 'Syllabus', 'PresentationDigitalDocument', 'TextDigitalDocument', 'SpreadsheetDigitalDocument', 'DigitalDocument'],
  ['VideoObject', 'AudioObject', 'Map', 'Dataset', 'MusicRecording', 'PublicationIssue', 'Periodical'],
  ['ScholarlyArticle', 'Article', 'NewsArticle', 'TechArticle', 'BlogPosting', 'Report', 'CreativeWork'],
];

const typesOf = (node: JsonObject): string[] => listOf(node['@type']).map(textOf).map(typeName);
const rankOf = (node: JsonObject): number => {
  const found = ranks.findIndex((names) => typesOf(node).some((type) => names.includes(type)));
  return found < 0 ? Number.POSITIVE_INFINITY : found;
};

const mostThings = 200;
const mostNodes = 20_000;

export interface LinkedThings {
  /** What the page is about, with what it refers to put in its place. */
  things: JsonObject[];
  /** Of scripts that could not be read. */
  faults: { message: string; text: string }[];
}

/** Things of schema.org that a page is about, out of its scripts of JSON-LD. */
export function thingsIn(scripts: readonly string[], address: string): LinkedThings {
  const faults: LinkedThings['faults'] = [];
  const top: JsonObject[] = [];
  for (const script of scripts) {
    if (script.trim() === '') continue;
    try {
      for (const value of listOf(readScript(script))) if (isObject(value)) top.push(value, ...listOf(value['@graph']).filter(isObject));
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      faults.push({ message: error.message, text: script });
    }
  }
  const all = top.slice(0, mostNodes);
  const byId = new Map(all.flatMap((node) => (textOf(node['@id']) !== '' && Object.keys(node).length > 1 ? [[textOf(node['@id']), node] as const] : [])));
  const whole = (value: unknown): unknown => (isObject(value) && Object.keys(value).length === 1 && typeof value['@id'] === 'string' ? (byId.get(value['@id']) ?? value) : value);
  const candidates = all.flatMap((node) => [node, ...listOf(node['mainEntity']).map(whole).filter(isObject)]).filter((node) => rankOf(node) < ranks.length);
  const best = Math.min(...candidates.map(rankOf));
  const things = [...new Set(candidates)].filter((node) => rankOf(node) === best && !isElsewhere(node, address));
  // Referred to by @id, as graphs do with people and publishers; one step is enough for what a record says of them.
  const filled = things.slice(0, mostThings).map((node) => Object.fromEntries(Object.entries(node).map(([key, value]) => [key, Array.isArray(value) ? value.map(whole) : whole(value)])));
  return { things: filled, faults };
}

/** What has a page of its own on this site is read there. */
function isElsewhere(node: JsonObject, address: string): boolean {
  const own = [node['url'], node['mainEntityOfPage']].map((value) => textOf(isObject(value) ? value['@id'] : value)).find((text) => text !== '');
  if (own === undefined || !URL.canParse(own, address)) return false;
  const [there, here] = [new URL(own, address), new URL(address)];
  const path = ({ pathname }: URL): string => pathname.replace(/\/$/, '');
  return there.hostname === here.hostname && (path(there) !== path(here) || there.search !== here.search);
}

/** Throws JsonFault. Some wrap it for readers of XHTML, put references into it, or break lines in the middle of a text. */
function readScript(script: string): unknown {
  try {
    return readJson(script);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const bare = script
      .replace(/^\s*(?:\/\/|\/\*)?\s*<!(?:\[CDATA\[|--)\s*(?:\*\/)?/, '')
      .replace(/(?:\/\/|\/\*)?\s*(?:\]\]|--)>\s*(?:\*\/)?\s*$/, '')
      .replace(/;\s*$/, '')
      .replace(/[\u0000-\u001f]+/g, ' ');
    try {
      return readJson(bare);
    } catch {
      return readJson(withoutReferences(bare));
    }
  }
}
