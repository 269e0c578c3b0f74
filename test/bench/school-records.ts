import { type MadeEdition, type MadeWork, makeWorks, personName, pick, type Random, randomFrom } from './school-works.ts';

/** What a school would have catalogued, in the shape of a description. */
export interface MadeRecord {
  id: string;
  school: number;
  work: MadeWork;
  edition: MadeEdition;
  description: {
    title: string;
    subtitle?: string;
    agents: { name: string; role: string; dates?: string }[];
    publisher?: string;
    year?: string;
    edition?: string;
    subjects: string[];
    grades: string[];
    resourceType?: string;
    textbookSet?: string;
    languages: string[];
    identifiers: { scheme: 'isbn' | 'local'; value: string }[];
  };
  extent?: string;
  files: { sha256: string; pages: number }[];
}

export interface MadeCatalogues {
  records: MadeRecord[];
  works: MadeWork[];
  /** How many records each error or habit touched. */
  errors: Map<string, number>;
}

/** How a school catalogues, the same for all its records. */
interface Habit {
  titleStyle: number;
  oldTones: boolean;
  letterY: boolean;
  decomposed: boolean;
  capitals: boolean;
  unmarked: boolean;
  shortPublisher: number;
  names: number;
  fillsKind: boolean;
  fillsSet: boolean;
  fillsGrade: boolean;
  fillsIsbn: number;
  keepsFiles: number;
}

const schools = 20;
const setWords: Record<string, string[]> = { KNTT: ['Kết nối tri thức với cuộc sống', 'Kết nối tri thức', 'KNTT'], CTST: ['Chân trời sáng tạo', 'CTST'], CD: ['Cánh Diều', 'Cánh diều'] };
const kindWords: Record<string, string[]> = { SGK: ['Sách giáo khoa', 'SGK'], SBT: ['Sách bài tập', 'SBT', 'Bài tập'], VBT: ['Vở bài tập', 'VBT'], SGV: ['Sách giáo viên', 'SGV'] };

/** Records of twenty schools; which are of one work is known. The same for the same seed. */
export function makeCatalogues(seed: number, count: number): MadeCatalogues {
  const random = randomFrom(seed);
  const works = makeWorks(random, Math.ceil(count / 4));
  const habits = Array.from({ length: schools }, () => habitOf(random));
  const errors = new Map<string, number>();
  const records: MadeRecord[] = [];
  // Well-known works are held by most schools, most works by a few.
  const known = works.map(({ shape }) => (shape === 'textbook' ? 0.15 + random() * 0.6 : shape === 'teaching' ? random() ** 3 * 0.3 : random() ** 2.2 * 0.65));
  for (let round = 0; records.length < count; round++) {
    let made = 0;
    for (const [at, work] of works.entries())
      for (let school = 0; school < schools && records.length < count; school++) {
        if (random() >= known[at]! && !(round > 0 && random() < 0.1)) continue;
        const id = `r${String(records.length).padStart(6, '0')}`;
        records.push(recordOf({ random, errors, habit: habits[school]!, works, at }, { id, school, work, edition: pick(random, work.editions) }));
        made++;
      }
    if (made === 0) throw new Error('no school holds anything');
  }
  // In no order that would tell what belongs together.
  for (let at = records.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [records[at], records[other]] = [records[other]!, records[at]!];
  }
  records.forEach((record, at) => (record.id = `r${String(at).padStart(6, '0')}`));
  return { records, works, errors };
}

/** Share of records of works that another work in the catalogues is easily taken for, and of which kind. */
export function hardNegatives({ records }: MadeCatalogues): { share: number; kinds: string } {
  const families = new Map<string, Set<string>>();
  for (const { work } of records) families.set(work.family, (families.get(work.family) ?? new Set()).add(work.id));
  const kinds = new Map<string, number>();
  let count = 0;
  for (const { work } of records) {
    if (work.trap === null || families.get(work.family)!.size < 2) continue;
    count++;
    kinds.set(work.trap, (kinds.get(work.trap) ?? 0) + 1);
  }
  const share = (one: number): string => (one / records.length).toFixed(3);
  return { share: count / records.length, kinds: [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, of]) => `${kind} ${share(of)}`).join(', ') };
}

const habitOf = (random: Random): Habit => ({
  titleStyle: Math.floor(random() * 6),
  oldTones: random() < 0.4,
  letterY: random() < 0.4,
  decomposed: random() < 0.1,
  capitals: random() < 0.12,
  unmarked: random() < 0.06,
  shortPublisher: random() < 0.35 ? 0.7 : 0.1,
  names: Math.floor(random() * 4),
  fillsKind: random() < 0.8,
  fillsSet: random() < 0.6,
  fillsGrade: random() < 0.7,
  fillsIsbn: 0.35 + random() * 0.6,
  keepsFiles: random() * 0.25,
});

interface Writing {
  random: Random;
  errors: Map<string, number>;
  habit: Habit;
  works: MadeWork[];
  at: number;
}

function recordOf(writing: Writing, { id, school, work, edition }: Pick<MadeRecord, 'id' | 'school' | 'work' | 'edition'>): MadeRecord {
  const { random, habit, errors } = writing;
  const happens = (name: string, chance: number): boolean => {
    if (random() >= chance) return false;
    errors.set(name, (errors.get(name) ?? 0) + 1);
    return true;
  };
  const volume = happens('volume left out', work.volume === null ? 0 : 0.006) ? null : work.volume;
  let { title, subtitle } = work.shape === 'textbook' ? textbookTitle(writing, work, volume, happens) : bookTitle(writing, work, volume);
  if (subtitle !== null && !(work.shape === 'textbook' && work.kind !== 'SGK') && happens('subtitle left out', 0.2)) subtitle = null;
  else if (subtitle !== null && happens('title and subtitle swapped', 0.05)) [title, subtitle] = [subtitle, title];
  else if (subtitle !== null && happens('subtitle in the title', 0.15)) [title, subtitle] = [`${title}: ${subtitle}`, null];
  if (happens('slip in the title', 0.05)) title = slip(random, title);
  if (happens('word of the title glued', 0.008)) title = title.replace(/(\p{L}{3}) (\p{L})/u, '$1$2');
  if (edition.reprint > 0 && happens('reprint said in the title', 0.06)) title += ` (tái bản lần thứ ${edition.reprint})`;
  if (happens('noise in the title', 0.02)) title += pick(random, [' (bản PDF)', ' [scan]', '.']);
  const style = (text: string): string => {
    let styled = text;
    if (habit.oldTones) styled = oldTones(styled);
    if (habit.letterY) styled = letterY(styled);
    return styled;
  };
  const described: MadeRecord['description'] = {
    title: style(title),
    agents: happens('people left out', 0.12) ? [] : people(writing, work, happens),
    subjects: work.subject !== null && random() < 0.7 ? [work.subject] : [],
    grades: work.grade !== null && habit.fillsGrade && !happens('grade left out', 0.1) ? [String(work.grade)] : [],
    languages: random() < 0.8 ? ['vi'] : [],
    identifiers: isbn(writing, work, edition, happens),
  };
  if (subtitle !== null) described.subtitle = style(subtitle);
  if (!happens('publisher left out', 0.1)) described.publisher = publisher(writing, edition.publisher, happens);
  if (!happens('year left out', 0.08)) described.year = work.schoolYear !== null && random() < 0.4 ? work.schoolYear : `${happens('year wrong by one', 0.015) ? edition.year + 1 : edition.year}${random() < 0.05 ? '.' : ''}`;
  if (edition.reprint > 0 && !happens('edition left out', 0.3)) described.edition = pick(random, [`Tái bản lần thứ ${edition.reprint}`, `In lần thứ ${edition.reprint + 1}`, `Tái bản lần ${edition.reprint}, có chỉnh lí`]);
  if (habit.fillsKind && !happens('kind left out', 0.05)) described.resourceType = happens('kind wrong', 0.01) ? 'STK' : work.kind === 'VBT' ? 'SBT' : work.kind;
  if (work.set !== null && habit.fillsSet && !happens('set left out', 0.08)) described.textbookSet = work.set;
  if (habit.unmarked || happens('all marks lost', 0.02)) {
    errors.set('marks lost, with schools without', (errors.get('marks lost, with schools without') ?? 0) + 1);
    described.title = unmarked(described.title);
    if (described.subtitle) described.subtitle = unmarked(described.subtitle);
    described.agents = described.agents.map((agent) => ({ ...agent, name: unmarked(agent.name) }));
    if (described.publisher) described.publisher = unmarked(described.publisher);
  } else if (happens('some marks lost', 0.03)) described.title = described.title.split(' ').map((word) => (random() < 0.4 ? unmarked(word) : word)).join(' ');
  if (habit.capitals || happens('capitals', 0.03)) described.title = described.title.toLocaleUpperCase('vi');
  if (habit.decomposed) described.title = described.title.normalize('NFD');
  const record: MadeRecord = { id, school, work, edition, description: described, files: [] };
  if (random() < 0.4) record.extent = `${edition.pages + (happens('pages counted otherwise', 0.2) ? Math.floor(random() * 9) - 4 : 0)} tr.`;
  if (random() < habit.keepsFiles || (work.shape === 'teaching' && random() < 0.5)) record.files = [{ sha256: happens('scanned again', 0.4) ? fileAnew(random) : edition.file, pages: edition.pages }];
  return record;
}

type Happens = (name: string, chance: number) => boolean;

const fileAnew = (random: Random): string => Array.from({ length: 16 }, () => Math.floor(random() * 65536).toString(16).padStart(4, '0')).join('');
const roman = ['', 'I', 'II', 'III', 'IV', 'V'];
const inWords = ['', 'một', 'hai', 'ba', 'bốn', 'năm'];

function textbookTitle({ random, habit }: Writing, work: MadeWork, volume: number | null, happens: Happens): { title: string; subtitle: string | null } {
  const set = pick(random, setWords[work.set!]!);
  const kind = pick(random, kindWords[work.kind]!);
  const withSet = !habit.fillsSet && !happens('set in no place', 0.12);
  const sayKind = work.kind !== 'SGK';
  const grade = happens('grade in the field alone', habit.fillsGrade ? 0.01 : 0) ? '' : ` ${habit.titleStyle === 3 ? 'lớp ' : ''}${work.grade}`;
  const name = `${work.title}${grade}`;
  const tail = volume === null ? '' : [`, tập ${inWords[volume]}`, ` tập ${volume}`, ` - Tập ${volume}`, ` (Tập ${roman[volume]})`, `. T.${volume}`, ` - Tập ${inWords[volume]}`][habit.titleStyle]!;
  switch (habit.titleStyle) {
    case 0:
      return { title: `${sayKind ? `${kind} ` : ''}${name}${tail}`, subtitle: withSet ? set : null };
    case 1:
      return { title: `${sayKind || random() < 0.5 ? `${kind} ` : ''}${name}${tail}${withSet ? ` (${set})` : ''}`, subtitle: null };
    case 2:
      return { title: `${name}${tail}${sayKind ? ` (${kind})` : ''}${withSet ? ` - ${set}` : ''}`, subtitle: null };
    case 3:
      return { title: `${kind} ${name}${tail}${withSet ? ` - Bộ sách ${set}` : ''}`, subtitle: null };
    case 4:
      return { title: `${sayKind ? `${kind} ` : ''}${name}${withSet ? ` ${set}` : ''}${tail}`, subtitle: null };
    default:
      return { title: `${name}${tail}`, subtitle: sayKind ? kind : withSet ? `Bộ ${set}` : null };
  }
}

function bookTitle({ random, habit }: Writing, work: MadeWork, volume: number | null): { title: string; subtitle: string | null } {
  const head = work.kind === 'KHBD' ? pick(random, ['Giáo án: ', 'Kế hoạch bài dạy: ', 'KHBD ', '']) : work.kind === 'BGDT' ? pick(random, ['Bài giảng điện tử: ', 'Bài giảng: ', '']) : '';
  const tail = volume === null ? '' : [`, tập ${inWords[volume]}`, ` - Tập ${volume}`, ` (tập ${volume})`, `. Quyển ${roman[volume]}`, `. T.${volume}`, ` tập ${inWords[volume]}`][habit.titleStyle]!;
  const year = work.schoolYear !== null ? ` năm học ${work.schoolYear}` : '';
  return { title: `${head}${work.title}${tail}${year}`, subtitle: work.subtitle };
}

function people({ random, habit }: Writing, work: MadeWork, happens: Happens): MadeRecord['description']['agents'] {
  let names = work.people;
  if (names.length > 1 && happens('only the first person', 0.25)) names = names.slice(0, 1);
  if (names.length > 1 && happens('people in another order', 0.3)) names = [...names].reverse();
  if (happens('another person named', 0.004)) names = [personName(random)];
  const written = names.map((name) => {
    let one = name;
    if (happens('slip in a name', 0.02)) one = slip(random, one);
    const words = one.split(' ');
    if (habit.names === 1 && happens('name abbreviated', 0.5)) one = `${words.slice(0, -1).map((word) => `${word[0]}.`).join(' ')} ${words.at(-1)}`;
    else if (habit.names === 2 && happens('name turned round', 0.7)) one = `${words.at(-1)}, ${words.slice(0, -1).join(' ')}`;
    else if (words.length > 2 && happens('middle name left out', 0.01)) one = `${words[0]} ${words.at(-1)}`;
    if (habit.names === 3 && random() < 0.4) one += pick(random, [' (chủ biên)', ' (Tổng Chủ biên)', ' (1962-)']);
    return one;
  });
  if (written.length > 1 && habit.names === 3 && happens('all people in one field', 0.5)) return [{ name: written.join(', '), role: 'aut' }];
  return written.map((name) => ({ name, role: random() < 0.05 ? 'edt' : 'aut' }));
}

function isbn({ random, habit, works, at }: Writing, work: MadeWork, edition: MadeEdition, happens: Happens): MadeRecord['description']['identifiers'] {
  if (edition.isbn === '') return [];
  if (random() >= habit.fillsIsbn) {
    happens('ISBN left out', 1);
    return [];
  }
  let value = edition.isbn;
  if (happens('ISBN of a neighbour', 0.002)) value = works[at + 1 < works.length ? at + 1 : at - 1]!.editions[0]!.isbn || value;
  else if (happens('slip in the ISBN', 0.01)) value = value.slice(0, 7) + String((Number(value[7]) + 1 + Math.floor(random() * 8)) % 10) + value.slice(8);
  const dashed = `${value.slice(0, 3)}-${value.slice(3, 6)}-${value.slice(6, 8)}-${value.slice(8, 12)}-${value[12]}`;
  if (happens('ISBN of ten digits', 0.12)) {
    const nine = value.slice(3, 12);
    const sum = [...nine].reduce((all, digit, place) => all + Number(digit) * (10 - place), 0);
    const check = (11 - (sum % 11)) % 11;
    return [{ scheme: 'isbn', value: `${nine}${check === 10 ? 'X' : check}` }];
  }
  return [{ scheme: 'isbn', value: random() < 0.4 ? dashed : value }];
}

function publisher({ random, habit }: Writing, name: string, happens: Happens): string {
  if (!name.startsWith('NXB')) return name;
  const bare = name.slice(4);
  if (random() >= habit.shortPublisher || !happens('publisher abbreviated', 1)) return random() < 0.5 ? name : random() < 0.5 ? `Nhà xuất bản ${bare}` : bare;
  const short: Record<string, string[]> = { 'Giáo dục Việt Nam': ['Giáo dục', 'NXBGDVN', 'GDVN', 'GD'], 'Đại học Sư phạm': ['ĐHSP', 'NXB ĐHSP'], 'Đại học Quốc gia Hà Nội': ['ĐHQG Hà Nội', 'ĐHQGHN'], 'Tổng hợp TP. Hồ Chí Minh': ['Tổng hợp TPHCM', 'Tổng hợp'], 'Phụ nữ Việt Nam': ['Phụ nữ'] };
  return pick(random, short[bare] ?? [bare]);
}

/** A letter left out, doubled, swapped with its neighbour or struck wrong; never a digit, for that would be another book. */
function slip(random: Random, text: string): string {
  const letters = [...text];
  const places = letters.flatMap((letter, at) => (/\p{L}/u.test(letter) && /\p{L}/u.test(letters[at + 1] ?? '') && !/[IVX]/.test(letter) && !/[IVX]/.test(letters[at + 1]!) ? [at] : []));
  if (places.length === 0) return text;
  const at = pick(random, places);
  const dice = random();
  if (dice < 0.3) letters.splice(at, 1);
  else if (dice < 0.5) letters.splice(at, 0, letters[at]!);
  else if (dice < 0.75) [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
  else letters[at] = pick(random, [...'abcdeghiklmnopqrstuvxy']);
  return letters.join('');
}

const plain: Record<string, string> = {};
for (const lot of 'aàáảãạăằắẳẵặâầấẩẫậ eèéẻẽẹêềếểễệ iìíỉĩị oòóỏõọôồốổỗộơờớởỡợ uùúủũụưừứửữự yỳýỷỹỵ dđ'.split(' '))
  for (const letter of lot) {
    plain[letter] = lot[0]!;
    plain[letter.toUpperCase()] = lot[0]!.toUpperCase();
  }

const unmarked = (text: string): string => [...text.normalize('NFC')].map((letter) => plain[letter] ?? letter).join('');

const placed: [RegExp, string][] = [];
for (const [open, first, second] of [['oa', 'o', 'a'], ['oe', 'o', 'e'], ['uy', 'u', 'y']] as const)
  for (const mark of ['\u0300', '\u0301', '\u0309', '\u0303', '\u0323']) {
    const now = (first + second + mark).normalize('NFC');
    const before = (first + mark).normalize('NFC') + second;
    if (open.length === 2) placed.push([new RegExp(`(?<!q)${now}(?!\\p{L})`, 'gu'), before]);
  }
/** `hoà`, `thuý` as they were set before 2018: `hòa`, `thúy`. */
const oldTones = (text: string): string => placed.reduce((styled, [now, before]) => styled.replace(now, before), text);
/** `Vật lí`, `Mĩ thuật` → `Vật lý`, `Mỹ thuật`. */
const letterY = (text: string): string => text.replace(/(?<=(?<!\p{L})[hklmstHKLMST])([iíìỉĩị])(?!\p{L})/gu, (letter) => 'yýỳỷỹỵ'['iíìỉĩị'.indexOf(letter)]!);
