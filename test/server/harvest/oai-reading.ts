import { SaxesParser } from 'saxes';

/** An element as it was read: names with their prefixes, text of its own. */
export interface Read {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: Read[];
  text: string;
}

/** Reads a document that must be well-formed XML 1.0 with namespaces; throws otherwise. */
export function readXml(text: string): Read {
  const parser = new SaxesParser({ xmlns: true });
  const root: Read = { name: '', namespace: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, uri, attributes }) => {
    const element: Read = { name, namespace: uri, attributes: Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value])), children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (piece) => void (open.at(-1)!.text += piece));
  parser.write(text).close();
  return root.children[0]!;
}

/** Elements under it, in the order of the document, by their names without prefix. */
export function all(element: Read, name: string): Read[] {
  return element.children.flatMap((child) => [...(child.name.replace(/^.*:/, '') === name ? [child] : []), ...all(child, name)]);
}
export const texts = (element: Read, name: string): string[] => all(element, name).map(({ text }) => text);
export const one = (element: Read, name: string): Read => {
  const [found, ...more] = all(element, name);
  if (!found || more.length > 0) throw new Error(`${found ? 'several' : 'no'} ${name}`);
  return found;
};
