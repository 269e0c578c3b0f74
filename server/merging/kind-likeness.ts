import type { MatchForm } from './match-form.ts';

type Kind = NonNullable<MatchForm['kind']>;

const textbooks = new Set(['SGK', 'SBT', 'SGV', 'VBT']);
/** Groups of vocab.json between which cataloguers waver. */
const wavering = new Set(['sach', 'danh_gia', 'chuyen_mon']);
const apartAmongBooks = new Set(['TRUYEN_TRANH', 'TU_DIEN', 'BAO_TC']);

export const isTextbook = ({ kind }: MatchForm): boolean => kind !== null && textbooks.has(kind.code);
/** Also where the kind is left out: a subject's name and a grade are all that such a title says. */
export const isSchoolbook = (form: MatchForm): boolean =>
  isTextbook(form) || (form.kind === null && form.titleGrades.length > 0);
/** A lesson plan, slides, a test: many of one name, told apart by who made them and when. */
export const isTeaching = ({ kind }: MatchForm): boolean => kind?.group === 'giang_day' || kind?.group === 'danh_gia';
/** Bar none, `doubtful`: ask, `other`: another thing. */
export type KindLikeness = 'same' | 'near' | 'doubtful' | 'other' | 'missing' | 'unknown';

/** Whether two kinds may be said of one thing. Symmetric. */
export function kindLikeness(one: Kind | null, other: Kind | null): KindLikeness {
  if (one === null || other === null) return one === other ? 'unknown' : withoutKind((one ?? other)!);
  if (one.code === other.code) return 'same';
  const [a, b] = textbooks.has(one.code) || !textbooks.has(other.code) ? [one, other] : [other, one];
  if (textbooks.has(a.code)) {
    if (!textbooks.has(b.code)) return withTextbook(a, b);
    const [book, workbook] = a.code === 'SBT' ? [a, b] : [b, a];
    return book.code === 'SBT' && workbook.code === 'VBT' && book.saidBy === 'field' ? 'near' : 'other';
  }
  if (a.group === null || b.group === null) return 'doubtful';
  if (a.group !== b.group) return wavering.has(a.group) && wavering.has(b.group) ? 'doubtful' : 'other';
  if (a.group === 'sach') return apartAmongBooks.has(a.code) || apartAmongBooks.has(b.code) ? 'doubtful' : 'near';
  if (a.group === 'truc_quan') return 'other';
  if (a.group === 'giang_day') return /^BG/.test(a.code) && /^BG/.test(b.code) ? 'doubtful' : 'other';
  return 'doubtful';
}

/** Titles of teachers' books and exercise books say so; a title that does not is the pupils' book, or was cut. */
const withoutKind = (kind: Kind): KindLikeness =>
  textbooks.has(kind.code) && kind.code !== 'SGK'
    ? kind.saidBy === 'title'
      ? 'other'
      : 'missing'
    : kind.code === 'SGK' || kind.group === 'sach'
      ? 'unknown'
      : 'missing';

/** A field may hold what a school puts for every book; a title means it. */
function withTextbook(textbook: Kind, other: Kind): KindLikeness {
  if (other.group !== 'sach' && !(other.group !== null && wavering.has(other.group))) return 'other';
  return textbook.saidBy === 'title' && textbook.code !== 'SGK' ? 'other' : 'doubtful';
}
