import type { SearchDocument, SearchQuery } from '../../search/index.ts';
import { seeded } from '../bench/search-bench-text.ts';
import { searchDocument, searchQuery } from './search-documents.ts';

const syllables = (
  'toán ngữ văn lịch sử địa lí sinh học hoá vật công nghệ tin giáo án bài giảng đề thi kiểm tra học kì cuối giữa ' +
  'lớp sáu bảy tám chín trường tiểu trung phổ thông đường dương đương đèn đen dền tắt tất hoà hoa bình hòa sông song ' +
  'hồng hương núi nui biển mưa nắng gió truyện kiều cánh diều chân trời sáng tạo kết nối tri thức cuộc sống ' +
  'thơ ca dao tục ngữ ôn tập hướng dẫn phân tích nhân vật chí phèo lão hạc quê hương tuổi thơ an toàn mạng'
).split(' ');
const names = ['Nam Cao', 'Nguyễn Du', 'Tô Hoài', 'Ngô Tất Tố', 'Xuân Quỳnh', 'Huy Cận'];
const counted = ['kì I', 'kì 1', 'chương IV', 'tập 2', 'lớp 6', 'bài 10', 'kì II', 'phần 4'];
const subjects = ['TOAN', 'VAN', 'SU', 'DIA', 'KHTN'];
const grades = ['6', '7', '8', '9'];
const audiences = [['public'], ['school:1'], ['school:2', 'staff:2'], ['sector', 'school:1'], ['person:9']];

export interface GeneratedLibrary {
  documents: SearchDocument[];
  queries: SearchQuery[];
}

/** Records with pages in Vietnamese, and queries of every form that the parser knows; the same for the same seed. */
export function generatedLibrary(seed: number, size: { records: number; queries: number }): GeneratedLibrary {
  const random = seeded(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  // Some words are everywhere and some hardly anywhere, as in a language.
  const word = (): string => syllables[Math.floor(random() ** 2 * syllables.length)]!;
  const text = (words: number): string =>
    Array.from({ length: words }, () => (below(25) === 0 ? one(counted) : word())).join(' ');
  const documents = Array.from({ length: size.records }, (_, number) =>
    searchDocument(`r${number}`, {
      title: sentence(text(2 + below(6))),
      agents: below(3) ? [one(names)] : [],
      keywords: Array.from({ length: below(4) }, () => text(1 + below(3))),
      abstract: below(2) ? text(8 + below(20)) : '',
      audience: one(audiences),
      publishedAt: below(50),
      facets: {
        subject: [...new Set([one(subjects), one(subjects)])],
        grade: below(5) ? [one(grades)] : [],
        type: [below(2) ? 'SGK' : 'KHBD'],
        language: ['vi'],
      },
      texts: Array.from({ length: below(6) }, () => text(10 + below(60))),
    }),
  );
  const bare = (typed: string): string =>
    typed.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
  const some = (): string => {
    const document = one(documents);
    const from = below(3)
      ? [document.title, ...document.keywords, ...document.agents]
      : document.pages.map((page) => page.text);
    const words = (one(from.length ? from : [document.title]) || 'toán').split(' ');
    const start = below(words.length);
    return words.slice(start, start + 1 + below(4)).join(' ');
  };
  const typed = (): string => {
    switch (below(9)) {
      case 0:
        return `"${some()}"`;
      case 1:
        return `${some()} -${word()}`;
      case 2:
        return `${some()} -"${some()}"`;
      case 3:
        return `${some()} ${some()} ${some()}`;
      case 4:
        return `${some()} zzz${below(3)}`;
      case 5:
        return `"${some()}" ${word()}`;
      case 6:
        return initials(one(documents).title);
      case 7:
        return one(counted);
      default:
        return some();
    }
  };
  const queries = Array.from({ length: size.queries }, () => {
    const asked = typed();
    return searchQuery(below(2) ? asked : bare(asked), {
      audience: ['public', ...(below(3) ? ['school:1'] : []), ...(below(4) ? [] : ['staff:2', 'person:9', 'sector'])],
      facets: {
        ...(below(4) ? {} : { subject: [one(subjects), one(subjects)] }),
        ...(below(4) ? {} : { grade: [one(grades)] }),
      },
      limit: 500,
      pagesPerRecord: 10,
    });
  });
  return { documents, queries };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const initials = (title: string): string =>
  title
    .split(' ')
    .slice(0, 5)
    .map((word) => word.charAt(0).normalize('NFD').charAt(0).toLowerCase().replace('đ', 'd'))
    .join('');
