import { withoutReferences } from '../plain-text.ts';

/** What a page says to programs. */
export interface HtmlPage {
  title: string;
  /** Contents of the scripts that are linked data. */
  linkedData: string[];
  links: { rel: string; type: string; href: string; title: string }[];
  /** Of the element base. */
  base: string | null;
}

/** Elements whose content is no markup (HTML 13.1.2): what looks like a tag in them is none. */
const raw = /^(script|style|textarea|title|iframe|xmp)$/;
const mostLinks = 500;
const mostScripts = 50;

/**
 * Looks through HTML for linked data and links to feeds. It knows tags, attributes, comments and elements without markup, and nothing else;
 * nothing of the page is kept or shown. Linear in its length: each search goes on from where the last one ended.
 */
export function readHtml(html: string): HtmlPage {
  const page: HtmlPage = { title: '', linkedData: [], links: [], base: null };
  const ends = new Map<string, number>();
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4);
      if (end < 0) break;
      at = end + 3;
      continue;
    }
    const tag = readTag(html, at);
    if (!tag) {
      at++;
      continue;
    }
    at = tag.end;
    const { name, attributes } = tag;
    if (name === 'link' && page.links.length < mostLinks) {
      const { rel = '', type = '', href = '', title = '' } = attributes;
      page.links.push({ rel: rel.toLowerCase(), type: type.toLowerCase(), href, title });
    } else if (name === 'base') page.base ??= attributes['href'] ?? null;
    if (!raw.test(name)) continue;
    // A kind of element that is never closed any more is not looked for again.
    if (ends.get(name) === -1) continue;
    const end = closing(html, name, at);
    if (end < 0) {
      ends.set(name, -1);
      continue;
    }
    const content = html.slice(at, end);
    if (name === 'title') page.title ||= withoutReferences(content).replace(/\s+/g, ' ').trim().slice(0, 300);
    if (name === 'script' && /^application\/ld\+json\b/i.test(attributes['type']?.trim() ?? '') && page.linkedData.length < mostScripts) page.linkedData.push(content);
    at = end;
  }
  return page;
}

function closing(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? -1;
}

const mostAttributes = 100;

/** An opening tag at `at`; null where there is none. */
function readTag(html: string, at: number): { name: string; attributes: Record<string, string>; end: number } | null {
  const begin = /[A-Za-z][A-Za-z0-9:-]*/y;
  begin.lastIndex = at + 1;
  const name = begin.exec(html)?.[0].toLowerCase();
  if (name === undefined) return null;
  const attributes: Record<string, string> = {};
  const piece = /\s*(?:([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?|(\/)|([^>]))/y;
  let end = begin.lastIndex;
  for (let count = 0; count < mostAttributes; count++) {
    piece.lastIndex = end;
    const found = piece.exec(html);
    if (!found) break;
    end = piece.lastIndex;
    const [, attribute, double, single, bare] = found;
    if (attribute !== undefined) attributes[attribute.toLowerCase()] ??= withoutReferences(double ?? single ?? bare ?? '');
  }
  const close = html.indexOf('>', end);
  return { name, attributes, end: close < 0 ? html.length : close + 1 };
}
