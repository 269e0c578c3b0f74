/** An element: name, attributes, and either text or elements in it. Names are ours, never from a record. */
export type XmlElement = readonly [name: string, attributes: Readonly<Record<string, string>>, content: string | readonly XmlElement[]];

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Characters that XML 1.0 (section 2.2) does not allow, not even escaped; lone surrogates among them. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** Text as it may stand in an element or between the quotes of an attribute; what XML cannot hold is left out. */
export const escapeXml = (text: string): string => text.replace(illegal, '').replace(/[&<>"\r]/g, (sign) => signs[sign]!);

/** Indented by two spaces a level; text stands as it is. */
export function writeXml([name, attributes, content]: XmlElement, level = 0): string {
  const indent = '  '.repeat(level);
  const said = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escapeXml(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`);
  const begin = `${indent}<${name}${said.join('')}`;
  if (typeof content === 'string') return `${begin}>${escapeXml(content)}</${name}>\n`;
  return content.length === 0 ? `${begin}/>\n` : `${begin}>\n${content.map((element) => writeXml(element, level + 1)).join('')}${indent}</${name}>\n`;
}
