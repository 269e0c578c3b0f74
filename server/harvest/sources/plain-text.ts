/** Names of HTML for the characters from U+00A0 to U+00FF, in their order. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo ' +
  'frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute ' +
  'Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const others: Record<string, number> = {
  ...{ amp: 38, lt: 60, gt: 62, quot: 34, apos: 39, ndash: 0x2013, mdash: 0x2014, lsquo: 0x2018, rsquo: 0x2019, sbquo: 0x201a, ldquo: 0x201c, rdquo: 0x201d },
  ...{ bdquo: 0x201e, bull: 0x2022, hellip: 0x2026, prime: 0x2032, lsaquo: 0x2039, rsaquo: 0x203a, euro: 0x20ac, trade: 0x2122, rarr: 0x2192, larr: 0x2190, minus: 0x2212 },
  ...{ OElig: 0x152, oelig: 0x153, Scaron: 0x160, scaron: 0x161, ensp: 0x2002, emsp: 0x2003, thinsp: 0x2009, zwnj: 0x200c, zwj: 0x200d },
};
const named = new Map<string, number>([...latin.split(' ').map((name, at): [string, number] => [name, 0xa0 + at]), ...Object.entries(others)]);

/** What a reference stands for; as it is written where it stands for nothing. */
function referred(written: string, name: string): string {
  const code = name[0] === '#' ? (/^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10)) : named.get(name);
  return code === undefined || !(code >= 9 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff) ? written : String.fromCodePoint(code);
}

/** References of HTML as the characters they stand for; those without a semicolon, and unknown ones, stay. */
export const withoutReferences = (text: string): string => text.replace(/&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,9});/g, referred);

/** References that HTML has and XML has not, as characters: some documents in XML hold them without a DTD. */
export const withoutHtmlNames = (xml: string): string =>
  xml.replace(/&([A-Za-z][A-Za-z0-9]{1,9});/g, (written, name: string) => (/^(amp|lt|gt|quot|apos)$/.test(name) ? written : referred(written, name)));

const breaks = /^(?:br|p|div|li|tr|h[1-6]|blockquote|section|article|ul|ol|table)$/i;
/** No more of a description in HTML is looked at. */
const longestHtml = 200_000;

/** The text of a piece of HTML, a line for each paragraph. It is for showing as text: nothing here makes HTML safe to be shown as such. */
export function plainText(html: string): string {
  const text = html.slice(0, longestHtml);
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('<', at);
    if (open < 0) {
      plain += text.slice(at);
      break;
    }
    plain += text.slice(at, open);
    // A < before a space or a digit is a sign of mathematics.
    const name = /^\/?([A-Za-z][A-Za-z0-9]*)/.exec(text.slice(open + 1, open + 30));
    if (!name && !/[!?]/.test(text[open + 1] ?? '')) {
      plain += '<';
      at = open + 1;
      continue;
    }
    const close = text.indexOf('>', open);
    if (close < 0) break;
    at = close + 1;
    if (!name) continue;
    if (breaks.test(name[1]!)) plain += '\n';
    if (/^(script|style)$/i.test(name[1]!) && text[open + 1] !== '/') {
      const end = text.slice(at).search(new RegExp(`</${name[1]}`, 'i'));
      if (end < 0) break;
      at += end;
    }
  }
  return withoutReferences(plain)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();
}
