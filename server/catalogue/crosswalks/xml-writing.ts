/** An element: name, attributes, and either text or elements in it. Names are ours, never from a record. */
export type XmlElement = readonly [name: string, attributes: Readonly<Record<string, string>>, content: string | readonly XmlElement[]];

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Characters that XML 1.0 (section 2.2) does not allow, not even escaped; lone surrogates among them. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** What may need a change, surrogates in pairs as well: one look at most texts instead of two that copy them. */
const special = /[&<>"\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** Text as it may stand in an element or between the quotes of an attribute; what XML cannot hold is left out. */
export const escapeXml = (text: string): string => (special.test(text) ? text.replace(illegal, '').replace(/[&<>"\r]/g, (sign) => signs[sign]!) : text);

/** A reader takes lines and tabs of an attribute for spaces unless they are written so (section 3.3.3). */
const inAttribute = (text: string): string => (/^[\w .:/#-]*$/.test(text) ? text : escapeXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;'));

/** `<name attribute="value"`, without its end. */
export function beginTag(name: string, attributes: XmlElement[1]): string {
  let tag = `<${name}`;
  for (const attribute in attributes) tag += ` ${attribute}="${inAttribute(attributes[attribute]!)}"`;
  return tag;
}

/** Without any space between elements, for what only machines read: a sixth of Dublin Core would be indentation. */
export function writeXmlLine([name, attributes, content]: XmlElement): string {
  const begin = beginTag(name, attributes);
  if (typeof content === 'string') return `${begin}>${escapeXml(content)}</${name}>`;
  if (content.length === 0) return `${begin}/>`;
  let text = `${begin}>`;
  for (const element of content) text += writeXmlLine(element);
  return `${text}</${name}>`;
}

/** Indented by two spaces a level; text stands as it is. */
export function writeXml([name, attributes, content]: XmlElement, level = 0): string {
  const indent = '  '.repeat(level);
  const begin = `${indent}${beginTag(name, attributes)}`;
  if (typeof content === 'string') return `${begin}>${escapeXml(content)}</${name}>\n`;
  if (content.length === 0) return `${begin}/>\n`;
  let text = `${begin}>\n`;
  for (const element of content) text += writeXml(element, level + 1);
  return `${text}${indent}</${name}>\n`;
}
