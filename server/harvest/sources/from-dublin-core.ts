import { add, clipped, nothingSaid, sayAgent, type SaidDescription, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from './said-description.ts';
import type { TermWords } from './term-words.ts';
import type { XmlNode } from './xml-tree.ts';

const namespaces = ['http://purl.org/dc/elements/1.1/', 'http://purl.org/dc/terms/', 'http://dublincore.org/'];

/** Elements of Dublin Core under it, whatever stands around them (oai_dc, qualified DC, OpenAIRE); null where there are none. */
export function dublinCoreIn(node: XmlNode): XmlNode[] | null {
  const found: XmlNode[] = [];
  const walk = (one: XmlNode): void => {
    if (namespaces.some((namespace) => one.namespace.startsWith(namespace)) && one.name !== 'dc') found.push(one);
    one.children.forEach(walk);
  };
  walk(node);
  // Some leave the namespace out, or give the one of the frame to what is in it.
  if (found.length === 0 && node.name.toLowerCase() === 'dc') return node.children;
  return found.length > 0 ? found : null;
}

/** Simple and qualified Dublin Core (ISO 15836) as a description. */
export function fromDublinCore(elements: readonly XmlNode[], terms: TermWords): SaidDescription {
  const said = nothingSaid();
  const abstracts: string[] = [];
  for (const { name, text } of elements) {
    if (text.trim() === '') continue;
    switch (name) {
      case 'title':
        said.title ??= clipped(text, 500);
        break;
      case 'alternative':
        said.subtitle ??= clipped(text, 500);
        break;
      case 'creator':
        sayAgent(said, text, 'aut');
        break;
      case 'contributor':
        sayAgent(said, text, 'ctb');
        break;
      case 'publisher':
        said.publisher ??= clipped(text, 300);
        break;
      case 'date':
      case 'issued':
      case 'created':
      case 'available':
        // Repositories add the day of their own entry; the year of a work is the one told first, and an issue's before all.
        said.year = name === 'issued' ? (yearSaid(text) ?? said.year) : (said.year ?? yearSaid(text));
        break;
      case 'subject':
        sayTopic(said, terms, text);
        break;
      case 'type':
      case 'audience':
      case 'educationLevel':
        sayPlace(said, terms, text);
        break;
      case 'description':
      case 'abstract':
      case 'tableOfContents':
        if (!sayPlace(said, terms, text)) abstracts.push(text);
        break;
      case 'language': {
        const code = terms.language(text);
        if (code !== null) add(said.languages, code, 10);
        break;
      }
      case 'identifier':
        sayIdentifier(said, text);
        break;
      case 'relation':
      case 'source':
      case 'isPartOf':
        if (!sayPlace(said, terms, text)) sayLink(said, text);
        break;
      case 'rights':
      case 'license':
        said.licence ??= terms.licence(text);
        break;
    }
  }
  said.abstract = clipped(abstracts.join('\n'), 5000, true);
  return said;
}
