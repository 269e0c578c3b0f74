import { foldText, tokens } from '../../search/vietnamese/fold.ts';
import { repairShortText } from '../../search/vietnamese/legacy-text.ts';
import { countSyllables } from '../../search/vietnamese/syllables.ts';

/** Names that cameras, scanners and downloads give. */
const meaningless =
  /^(img|image|scan|dsc|doc|document|file|page|photo|anh|screenshot|untitled|new|bản quét|download|zalo|z)?[\s\d]*$/i;
/** Lines at the head of school papers that are no title. */
const headers =
  /^(cộng h(oà|òa)|độc lập|trường|phòng|sở|ubnd|uỷ ban|ủy ban|bộ giáo dục|họ và? tên|ngày|tiết|tuần|lớp|năm học|giáo viên|người|tổ|môn|điểm|mã đề|số|contents|mục lục|nhà xuất bản|thời gian)(?![\p{L}])/iu;
const unitNames: Record<string, string> = {
  tuan: 'Tuần',
  tiet: 'Tiết',
  bai: 'Bài',
  chuong: 'Chương',
  tap: 'Tập',
  'chu de': 'Chủ đề',
};

/** The name without ending and run-together words: `KHBD_NguVan6_BaiHoc.docx` → `KHBD Ngu Van 6 Bai Hoc`. */
export function readableName(name: string): string {
  const spaced = name
    .normalize('NFC')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[_+]+|(?<=\D)\.(?=\D)|%20/g, ' ');
  // Before anything asks which of its signs are letters.
  return repairShortText(spaced)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}{2,})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(?<![-.\d])(\p{L})(\d)/gu, '$1 $2')
    .replace(/\s+/g, ' ')
    .trim();
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);

/**
 * A title out of the name. One that is spelt with its marks is good as it is. One without takes its marks from the
 * line of the first page that has the same words; else the subject goes before what the name says.
 */
export function titleFromName(
  readable: string,
  taken: ReadonlySet<number>,
  head: string,
  subject: string | null,
): string | null {
  if (meaningless.test(readable)) return null;
  if (readable.normalize('NFD') !== readable) return capital(readable);
  const words = tokens(readable).map((token, index) => ({
    text: token.text,
    fold: token.fold,
    taken: taken.has(index),
  }));
  const units: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || word.taken) continue;
    const unit = unitNames[word.fold];
    const number = words[at + 1]?.text;
    if (unit && number && /^\d+$/.test(number)) {
      units.push(`${unit} ${number}`);
      at++;
    } else rest.push(word.text);
  }
  const spelt = rest.length >= 2 ? lineWith(head, foldText(rest.join(' '))) : null;
  if (spelt) return capital(spelt);
  const sentence = rest.length
    ? capital(rest.map((word) => (/^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word)).join(' '))
    : null;
  const title = [subject, ...units, sentence].filter(Boolean).join(' – ');
  return title || capital(readable);
}

/** The words of the page's text that are `folded` without their marks, as they are printed there. */
function lineWith(head: string, folded: string): string | null {
  const wanted = folded.split(' ');
  for (const line of head.split('\n')) {
    const found = tokens(line);
    for (let at = 0; at + wanted.length <= found.length; at++) {
      if (!wanted.every((word, index) => found[at + index]?.fold === word)) continue;
      const printed = line.slice(found[at]?.start, found[at + wanted.length - 1]?.end);
      return printed === printed.toLocaleUpperCase('vi') ? capital(printed.toLocaleLowerCase('vi')) : printed;
    }
  }
  return null;
}

/** The first line of the page that could be a title, or null. */
export function titleFromText(head: string): string | null {
  for (const line of head.split('\n').slice(0, 15)) {
    const clean = line.replace(/\s+/g, ' ').trim();
    const { words, valid } = countSyllables(clean);
    if (words < 2 || words > 15 || valid < words * 0.7 || headers.test(clean) || /[:…]|\.{3}/.test(clean)) continue;
    return clean === clean.toLocaleUpperCase('vi') ? capital(clean.toLocaleLowerCase('vi')) : capital(clean);
  }
  return null;
}
