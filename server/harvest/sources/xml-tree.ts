import { SaxesParser } from 'saxes';

/** An element as it was read. */
export interface XmlNode {
  /** Without prefix. */
  name: string;
  namespace: string;
  /** By their names without prefix; declarations of namespaces left out. */
  attributes: Record<string, string>;
  children: XmlNode[];
  /** Text directly in it. */
  text: string;
}

/** Not well-formed, or built to take memory. */
export class XmlFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlFault';
  }
}

const deepest = 100;
/** A page of a thousand MARC records has some 200,000; each takes about 300 bytes of memory. */
const mostElements = 500_000;

/** Told of each element that ends, with where it begins and ends in the text. */
type OnEnd = (node: XmlNode, parent: XmlNode, begin: number, end: number) => void;

/**
 * Reads a document. Entities of a DTD are not known to it and so cannot grow (saxes reads a DTD without heeding it). Throws XmlFault at the
 * first fault.
 */
export function readXmlTree(text: string, onEnd?: OnEnd): XmlNode {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const root: XmlNode = { name: '', namespace: '', attributes: {}, children: [], text: '' };
  const open: { node: XmlNode; begin: number }[] = [{ node: root, begin: 0 }];
  let elements = 0;
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (++elements > mostElements) throw new XmlFault(`more than ${mostElements} elements`);
    if (open.length > deepest) throw new XmlFault(`more than ${deepest} elements within each other`);
    const own = Object.values(attributes).filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns');
    const node: XmlNode = { name: local, namespace: uri, attributes: Object.fromEntries(own.map((one) => [one.local, one.value])), children: [], text: '' };
    open.at(-1)!.node.children.push(node);
    // No attribute holds a < of its own, so the last one before the tag's end is its beginning.
    open.push({ node, begin: onEnd ? text.lastIndexOf('<', parser.position - 1) : 0 });
  });
  parser.on('closetag', () => {
    const { node, begin } = open.pop()!;
    onEnd?.(node, open.at(-1)!.node, begin, parser.position);
  });
  const add = (piece: string): void => void (open.at(-1)!.node.text += piece);
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  const [first] = root.children;
  if (!first) throw new XmlFault('no element');
  return first;
}

/** Children of a name, whatever their namespace. */
export const childrenOf = (node: XmlNode, name: string): XmlNode[] => node.children.filter((child) => child.name === name);
/** The text of the first child of a name, trimmed; null where there is none. */
export const childText = (node: XmlNode, name: string): string | null => childrenOf(node, name)[0]?.text.trim() ?? null;
