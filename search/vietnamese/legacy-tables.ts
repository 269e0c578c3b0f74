/**
 * Vietnamese encodings of one byte a letter, from before Unicode, as they look when their bytes are taken for Windows-1252
 * or Latin-1, which is what every later program does with them.
 */
export const legacyEncodings = ['tcvn3', 'vni', 'viscii', 'windows-1258'] as const;
export type LegacyEncoding = (typeof legacyEncodings)[number];

/** Letters of Windows-1252 at 0x80 to 0x9f; U+FFFD where it has none and Latin-1's control is all there is. */
const windows1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/** Programs that guess take TCVN3 for Turkish, Windows-1254. */
const windows1254: Record<number, string> = { 0xd0: 'Ğ', 0xdd: 'İ', 0xde: 'Ş', 0xf0: 'ğ', 0xfd: 'ı', 0xfe: 'ş' };

/** What byte `byte` may have become: itself in Latin-1, and the sign that Windows-1252 or Windows-1254 has there. */
export function misreadings(byte: number): string[] {
  const sign = byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80] : windows1254[byte];
  return sign && sign !== '\ufffd' ? [String.fromCharCode(byte), sign] : [String.fromCharCode(byte)];
}

/** TCVN 5712:1993, VN3, also "ABC": the fonts named .Vn…; its capitals with marks are in fonts of their own (.Vn…H). */
const tcvn3Signs = 'µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãá' + 'âä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦';
const tcvn3Letters = 'àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏ' + 'õọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ';

/** RFC 1456. Six capitals lie among the controls. */
const visciiHigh =
  'ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ' +
  'ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ';
const visciiLow: Record<number, string> = { 0x02: 'Ẳ', 0x05: 'Ẵ', 0x06: 'Ẫ', 0x14: 'Ỷ', 0x19: 'Ỹ', 0x1e: 'Ỵ' };

/** Where Windows-1258 is not Windows-1252; tones follow their vowel as combining marks. */
const windows1258: Record<number, string> = {
  0xc3: 'Ă',
  0xcc: '\u0300',
  0xd0: 'Đ',
  0xd2: '\u0309',
  0xd5: 'Ơ',
  0xdd: 'Ư',
  0xde: '\u0303',
  0xe3: 'ă',
  0xec: '\u0301',
  0xf0: 'đ',
  0xf2: '\u0323',
  0xf5: 'ơ',
  0xfd: 'ư',
  0xfe: '₫',
};
/** Letters with marks that both have, so that a text in Windows-1258 may hold them. */
const shared1258 = 'ÀÁÂÈÉÊÍÓÔÙÚàáâèéêíóôùú';

function table(entries: Iterable<[byte: number, letter: string]>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [byte, letter] of entries) for (const sign of misreadings(byte)) map.set(sign, letter);
  return map;
}

const pairs = (signs: string, letters: string): [number, string][] =>
  Array.from(letters, (letter, index) => [signs.charCodeAt(index), letter]);

/** Signs to letters, for the encodings that need no more than that. `µ` may also have become the Greek letter. */
export const letterTables: Readonly<Record<Exclude<LegacyEncoding, 'vni'>, ReadonlyMap<string, string>>> = {
  tcvn3: new Map([...table(pairs(tcvn3Signs, tcvn3Letters)), ['\u03bc', 'à']]),
  viscii: table([
    ...Array.from(visciiHigh, (letter, index): [number, string] => [0x80 + index, letter]),
    ...Object.entries(visciiLow).map(([byte, letter]): [number, string] => [Number(byte), letter]),
  ]),
  'windows-1258': table([
    ...Object.entries(windows1258).map(([byte, letter]): [number, string] => [Number(byte), letter]),
    ...pairs(shared1258, shared1258),
  ]),
};

/** VNI for Windows: a vowel and, where it has marks, a second letter that stands for them. */
const circumflexed = { a: 'âấầẩẫậ', e: 'êếềểễệ', o: 'ôốồổỗộ' };
const breved = 'ăắằẳẵặ';
const toned = { a: 'áàảãạ', e: 'éèẻẽẹ', o: 'óòỏõọ', u: 'úùủũụ', y: 'ýỳỷỹỵ', ô: 'ớờởỡợ', ö: 'ứừửữự' };
const toneSigns = 'ùøûõï';
const circumflexSigns = 'âáàåãä';
const breveSigns = 'êéèúüë';

function vniPairs(): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  const add = (vowel: string, signs: string, letters: string): void => {
    for (const [index, letter] of Array.from(letters).entries()) {
      const sign = signs[index] as string;
      const [capital, capitalSign] = [letter.toUpperCase(), sign.toUpperCase()];
      for (const one of [sign, capitalSign]) {
        map.set(vowel + one, letter);
        map.set(vowel.toUpperCase() + one, capital);
      }
    }
  };
  for (const [vowel, letters] of Object.entries(toned)) add(vowel, toneSigns, letters);
  for (const [vowel, letters] of Object.entries(circumflexed)) add(vowel, circumflexSigns, letters);
  add('a', breveSigns, breved);
  return map;
}

export const vniPair = vniPairs();

const vniAlone = { ô: 'ơ', ö: 'ư', ñ: 'đ', í: 'í', ì: 'ì', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ' };
export const vniSingle: ReadonlyMap<string, string> = new Map(
  Object.entries(vniAlone).flatMap(([sign, letter]) => [
    [sign, letter],
    [sign.toUpperCase(), letter.toUpperCase()],
  ]),
);
