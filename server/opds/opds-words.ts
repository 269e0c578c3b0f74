import type { FacetName } from '../../search/facets.ts';
import type { Language } from '../contract/person.ts';

/**
 * What reader apps show of ours. They are not our pages and get no messages from there; the words are those of web/messages, in the
 * language that the person chose, Vietnamese for guests.
 */
export interface OpdsWords {
  newest: string;
  newestSays: string;
  byTitle: string;
  levels: string;
  subjects: string;
  types: string;
  everything: string;
  signIn: string;
  signInSays: string;
  search: string;
  found(text: string): string;
  instead(text: string): string;
  count(records: number): string;
  sort: string;
  sorts: Record<'relevance' | 'title' | 'newest', string>;
  facets: Record<FacetName, string>;
  login: string;
  password: string;
  whoMay(school: string): string;
}

export const opdsWords: Record<Language, OpdsWords> = {
  vi: {
    newest: 'Mới nhất',
    newestSays: 'Tài liệu mới công bố, mới nhất trước',
    byTitle: 'Tất cả, theo tên',
    levels: 'Theo cấp, lớp',
    subjects: 'Theo môn',
    types: 'Theo loại học liệu',
    everything: 'Tất cả',
    signIn: 'Đăng nhập',
    signInSays: 'Xem cả tài liệu của trường mình',
    search: 'Tìm trong thư viện',
    found: (text) => `Kết quả tìm “${text}”`,
    instead: (text) => `Đang hiện kết quả của “${text}”`,
    count: (records) => `${records} tài liệu`,
    sort: 'Sắp xếp',
    sorts: { relevance: 'Sát nhất trước', newest: 'Mới nhất trước', title: 'Theo tên' },
    facets: {
      level: 'Cấp học',
      grade: 'Lớp',
      subject: 'Môn',
      topic: 'Chủ đề',
      type: 'Loại học liệu',
      set: 'Bộ sách',
      language: 'Ngôn ngữ',
    },
    login: 'Tên đăng nhập',
    password: 'Mật khẩu hoặc khoá truy cập',
    whoMay: (school) => `Đăng nhập bằng tài khoản thư viện ${school}.`,
  },
  en: {
    newest: 'Newest',
    newestSays: 'Resources as they were published, the newest first',
    byTitle: 'Everything, by title',
    levels: 'By school level and grade',
    subjects: 'By subject',
    types: 'By type of resource',
    everything: 'Everything',
    signIn: 'Sign in',
    signInSays: 'See what belongs to your school too',
    search: 'Search the library',
    found: (text) => `Found for “${text}”`,
    instead: (text) => `Showing what was found for “${text}”`,
    count: (records) => (records === 1 ? '1 resource' : `${records} resources`),
    sort: 'Order',
    sorts: { relevance: 'Closest first', newest: 'Newest first', title: 'By title' },
    facets: {
      level: 'School level',
      grade: 'Grade',
      subject: 'Subject',
      topic: 'Topic',
      type: 'Type of resource',
      set: 'Textbook set',
      language: 'Language',
    },
    login: 'Username',
    password: 'Password or access token',
    whoMay: (school) => `Sign in with your library account of ${school}.`,
  },
};
