/*
 * What vocab.json does not hold: English labels, the languages and the roles of people.
 * Codes of roles are MARC relators (https://www.loc.gov/marc/relators), of languages ISO 639-1.
 */

/** [code, Vietnamese, English] */
export type Labelled = readonly [code: string, vi: string, en: string];

export const languages: readonly Labelled[] = [
  ['vi', 'Tiếng Việt', 'Vietnamese'],
  ['en', 'Tiếng Anh', 'English'],
  ['fr', 'Tiếng Pháp', 'French'],
  ['zh', 'Tiếng Trung Quốc', 'Chinese'],
  ['ja', 'Tiếng Nhật', 'Japanese'],
  ['ko', 'Tiếng Hàn', 'Korean'],
  ['ru', 'Tiếng Nga', 'Russian'],
  ['de', 'Tiếng Đức', 'German'],
  ['es', 'Tiếng Tây Ban Nha', 'Spanish'],
  ['km', 'Tiếng Khmer', 'Khmer'],
  ['lo', 'Tiếng Lào', 'Lao'],
  ['th', 'Tiếng Thái Lan', 'Thai'],
  ['la', 'Tiếng La-tinh', 'Latin'],
];

export const personRoles: readonly Labelled[] = [
  ['aut', 'Tác giả', 'Author'],
  ['edt', 'Chủ biên, biên tập', 'Editor'],
  ['trl', 'Người dịch', 'Translator'],
  ['ill', 'Minh hoạ', 'Illustrator'],
  ['com', 'Sưu tầm, biên soạn', 'Compiler'],
  ['adp', 'Phóng tác, chuyển thể', 'Adapter'],
  ['ann', 'Chú giải', 'Annotator'],
  ['aui', 'Viết lời giới thiệu', 'Author of introduction'],
  ['pht', 'Chụp ảnh', 'Photographer'],
  ['cmp', 'Nhạc sĩ', 'Composer'],
  ['nrt', 'Người đọc', 'Narrator'],
  ['drt', 'Đạo diễn', 'Director'],
  ['ctg', 'Người vẽ bản đồ', 'Cartographer'],
  ['rev', 'Phản biện', 'Reviewer'],
  ['isb', 'Cơ quan ban hành', 'Issuing body'],
  ['pbl', 'Nhà xuất bản', 'Publisher'],
  ['ctb', 'Cộng tác', 'Contributor'],
];

/** Groups of resource types (`nhom` in vocab.json). */
export const resourceGroups: Record<string, { vi: string; en: string }> = {
  giang_day: { vi: 'Giảng dạy', en: 'Teaching' },
  danh_gia: { vi: 'Kiểm tra, đánh giá', en: 'Assessment' },
  sach: { vi: 'Sách, báo', en: 'Books and periodicals' },
  truc_quan: { vi: 'Trực quan, nghe nhìn', en: 'Visual and audio-visual' },
  chuyen_mon: { vi: 'Chuyên môn', en: 'Professional' },
};

export const englishSubjects: Record<string, string> = {
  TIENG_VIET: 'Vietnamese',
  NGU_VAN: 'Language and literature',
  TOAN: 'Mathematics',
  NGOAI_NGU_1: 'Foreign language 1',
  TIENG_ANH: 'English',
  TIENG_PHAP: 'French',
  TIENG_NGA: 'Russian',
  TIENG_TRUNG: 'Chinese',
  TIENG_NHAT: 'Japanese',
  TIENG_HAN: 'Korean',
  TIENG_DUC: 'German',
  DAO_DUC: 'Ethics',
  TNXH: 'Nature and society',
  LSDL: 'History and geography',
  KHOA_HOC: 'Science',
  TIN_HOC_CONG_NGHE: 'Computing and technology',
  TIN_HOC: 'Computing',
  CONG_NGHE: 'Technology',
  KHTN: 'Natural sciences',
  GDCD: 'Civic education',
  GDKTPL: 'Economics and law',
  LICH_SU: 'History',
  DIA_LI: 'Geography',
  VAT_LI: 'Physics',
  HOA_HOC: 'Chemistry',
  SINH_HOC: 'Biology',
  GDTC: 'Physical education',
  NGHE_THUAT: 'Arts',
  AM_NHAC: 'Music',
  MI_THUAT: 'Fine arts',
  GDQPAN: 'National defence and security',
  HDTN: 'Experiential activities',
  HDTNHN: 'Experiential activities and career guidance',
  GDDP: 'Local education',
  TIENG_DTTS: 'Ethnic minority languages',
  NGOAI_NGU_2: 'Foreign language 2',
  CHUYEN_DE: 'Elective topics',
  LIEN_MON: 'Cross-curricular / STEM',
  KNS: 'Life skills, safety, law at school',
  MN_TC: 'Physical development (preschool)',
  MN_NT: 'Cognitive development (preschool)',
  MN_NN: 'Language development (preschool)',
  MN_TCXH: 'Emotional and social development (preschool)',
  MN_TM: 'Aesthetic development (preschool)',
};

export const englishGrades: Record<string, string> = {
  NT1: 'Nursery, 3–12 months',
  NT2: 'Nursery, 12–24 months',
  NT3: 'Nursery, 24–36 months',
  MG34: 'Kindergarten, age 3–4',
  MG45: 'Kindergarten, age 4–5',
  MG56: 'Kindergarten, age 5–6',
};

export const englishTextbookSets: Record<string, string> = {
  KNTT: 'Connecting Knowledge with Life',
  CTST: 'Creative Horizons',
  CD: 'Kite',
  CHPTNL: 'Learning Together to Develop Competence',
  VSBD: 'For Equality and Democracy in Education',
  GLOBAL_SUCCESS: 'English Global Success',
  FRIENDS: 'Family and Friends / Friends Plus / Friends Global',
  ILEARN: 'i-Learn Smart Start / Smart World',
  EXPLORE: 'Explore Our World / Explore English',
  SGK2006: 'Textbooks of the 2006 curriculum',
  KHAC: 'No textbook set',
};

export const englishLicences: Record<string, string> = {
  'CC0-1.0': 'No rights reserved (CC0)',
  'CC-BY-4.0': 'Attribution',
  'CC-BY-SA-4.0': 'Attribution – share alike',
  'CC-BY-NC-4.0': 'Attribution – non-commercial',
  'CC-BY-NC-SA-4.0': 'Attribution – non-commercial – share alike',
  'CC-BY-ND-4.0': 'Attribution – no derivatives',
  'CC-BY-NC-ND-4.0': 'Attribution – non-commercial – no derivatives',
  'PD-VN-EXPIRED': 'Out of copyright in Viet Nam (IP Law, article 27)',
  'PD-VN-OFFICIAL': 'Legal or administrative document (IP Law, article 15)',
  NGANH: 'Shared within the sector, with the author’s consent',
  NOI_BO: 'For use within the school',
  'VN-25-GD': 'Excerpt for teaching (IP Law, article 25.1): the class only',
  'VN-25-TV': 'Library copy (IP Law, article 25.1): as many readers at a time as copies held',
  LINK: 'Link only (third party’s copyright)',
  ARR: 'All rights reserved',
};

export const englishReadingLevels: Record<string, string> = {
  G: 'Green',
  R: 'Red',
  O: 'Orange',
  W: 'White',
  B: 'Blue',
  Y: 'Yellow',
};
