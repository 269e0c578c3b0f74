/*
 * Made-up works with known truth for the bench of matching. Nothing here is shared with what is measured: word lists, ISBNs and the
 * random numbers are its own. Titles, sets, kinds and publishers are spelt as in Vietnamese textbooks; people and stories are invented.
 */

export interface MadeEdition {
  id: string;
  year: number;
  /** 0: the first. */
  reprint: number;
  isbn: string;
  publisher: string;
  pages: number;
  file: string;
}

export interface MadeWork {
  id: string;
  /** Works of one family are easily taken for one another: volumes, kinds, grades and sets of one title, namesakes, titles that fold alike. */
  family: string;
  trap: 'volume' | 'kind' | 'grade or set' | 'author' | 'folds alike' | 'test of another year' | null;
  shape: 'textbook' | 'book' | 'teaching';
  /** Without grade, volume, set and kind where the shape is textbook. */
  title: string;
  subtitle: string | null;
  people: string[];
  subject: string | null;
  grade: number | null;
  volume: number | null;
  kind: string;
  set: string | null;
  /** `2023-2024`, for tests. */
  schoolYear: string | null;
  editions: MadeEdition[];
}

export type Random = () => number;

/** The same numbers for the same seed (xorshift128, seeded by a multiplication). */
export function randomFrom(seed: number): Random {
  const state = new Uint32Array([seed ^ 0x9e3779b9, Math.imul(seed + 1, 0x85ebca6b), Math.imul(seed + 7, 0xc2b2ae35), 0x27d4eb2f]);
  const next = (): number => {
    let t = state[3]!;
    const s = state[0]!;
    state.copyWithin(1, 0, 3);
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = t ^ s ^ (s >>> 19);
    return state[0] / 2 ** 32;
  };
  for (let at = 0; at < 20; at++) next();
  return next;
}

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const surnames = 'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Trịnh Đào Tạ Hà Lương Cao Tô Chu Kiều Lâm Thái Quách'.split(' ');
const middles = 'Văn Thị Hữu Minh Đức Thanh Ngọc Quang Xuân Thu Kim Quốc Hoài Bích Anh Gia Tuấn Trọng Đình Bảo Mạnh Hồng Mỹ Công Thế Duy Khánh Phương Nhật Tường'.split(' ');
const givens = 'An Bình Châu Dũng Giang Hà Hạnh Hải Hiền Hoa Hoà Hùng Hương Khang Khoa Lan Linh Loan Long Mai Nam Nga Ngân Nhung Oanh Phong Phúc Quân Quyên Sơn Tâm Thảo Thắng Thịnh Thuý Thuỷ Tiến Toàn Trang Trung Tuấn Tùng Uyên Vân Việt Vinh Yến Khuê Diệp Tuyết'.split(' ');

export function personName(random: Random): string {
  const middle = random() < 0.15 ? '' : ` ${pick(random, middles)}${random() < 0.2 ? ` ${pick(random, middles)}` : ''}`;
  return `${pick(random, surnames)}${middle} ${pick(random, givens)}`;
}

const isbnOf = (random: Random): string => {
  const body = `978604${String(Math.floor(random() * 1e6)).padStart(6, '0')}`;
  let sum = 0;
  for (const [at, digit] of [...body].entries()) sum += Number(digit) * (at % 2 ? 3 : 1);
  return `${body}${(10 - (sum % 10)) % 10}`;
};

const fileOf = (random: Random): string => Array.from({ length: 8 }, () => Math.floor(random() * 2 ** 32).toString(16).padStart(8, '0')).join('');

const setNames = ['KNTT', 'CTST', 'CD'] as const;
const gradeRange = (text: string): number[] => {
  const [from, to] = text.split('-').map(Number);
  return Array.from({ length: to! - from! + 1 }, (_, at) => from! + at);
};
/** code, name, grades, volumes */
const subjects: [string, string, string, number][] = [
  ['TOAN', 'Toán', '1-12', 2], ['TIENG_VIET', 'Tiếng Việt', '1-5', 2], ['NGU_VAN', 'Ngữ văn', '6-12', 2], ['TIENG_ANH', 'Tiếng Anh', '3-12', 1],
  ['DAO_DUC', 'Đạo đức', '1-5', 1], ['TNXH', 'Tự nhiên và Xã hội', '1-3', 1], ['KHOA_HOC', 'Khoa học', '4-5', 1], ['LSDL', 'Lịch sử và Địa lí', '4-9', 1],
  ['TIN_HOC', 'Tin học', '3-12', 1], ['CONG_NGHE', 'Công nghệ', '3-9', 1], ['KHTN', 'Khoa học tự nhiên', '6-9', 1], ['GDCD', 'Giáo dục công dân', '6-9', 1],
  ['LICH_SU', 'Lịch sử', '10-12', 1], ['DIA_LI', 'Địa lí', '10-12', 1], ['VAT_LI', 'Vật lí', '10-12', 1], ['HOA_HOC', 'Hoá học', '10-12', 1],
  ['SINH_HOC', 'Sinh học', '10-12', 1], ['AM_NHAC', 'Âm nhạc', '1-9', 1], ['MI_THUAT', 'Mĩ thuật', '1-9', 1], ['HDTN', 'Hoạt động trải nghiệm', '1-5', 1],
];

const publishers = ['NXB Kim Đồng', 'NXB Trẻ', 'NXB Văn học', 'NXB Hội Nhà văn', 'NXB Phụ nữ Việt Nam', 'NXB Thanh niên', 'NXB Lao động', 'NXB Hồng Đức', 'NXB Dân trí', 'NXB Đà Nẵng', 'NXB Tổng hợp TP. Hồ Chí Minh'];
const learningPublishers = ['NXB Đại học Quốc gia Hà Nội', 'NXB Đại học Sư phạm', 'NXB Giáo dục Việt Nam', 'NXB Tổng hợp TP. Hồ Chí Minh', 'NXB Thanh Hoá'];

// Each lot folds to one spelling, so that two titles may differ by their marks alone.
const alike = 'mùa mưa|làng lặng lãng|nắng nàng nặng|trăng trắng|sông sống|biển biên|bạn bàn bản|cô cố cỏ|thơ thở|sáng sang|hoa hoà hoạ|lửa lụa|đường dương|chim chìm|mẹ mê|rừng rưng|gió giỗ|đêm đếm|quê quế|vàng vắng|bến bền|lá lạ|cầu câu cau|đồng đông|tre trẻ trề'.split('|').map((lot) => lot.split(' '));
const others =
  'người bóng chiếc ngôi miền vườn khúc bầu giấc tiếng dòng cánh ngọn hạt những nụ bông con mái phố chợ xuân thu hạ trời đất mây núi đá cát sóng thuyền buồm diều ve chuồn hạc nhà trường thầy ông bà em chị anh mơ nhớ thương yêu đợi xa gần cũ mới xanh đỏ tím hồng bạc nhỏ lớn xưa nay đầu cuối giữa trên dưới bên ngoài trong qua tới lui bay đi về hát ru cười khóc kể viết vẽ gọi chờ tìm giữ mở khép thắp gieo gặt hái nghỉ trưa chiều khuya sớm tím lam ngọc gấm thêu trống sáo đàn kèn cờ áo nón khăn giày bút phấn bảng sách vở đèn'.split(' ');
const lessonHeads = ['Bài học đường đời đầu tiên', 'Sự chuyển thể của chất', 'Tam giác cân', 'Phép cộng phân số', 'Chiến thắng Bạch Đằng', 'Cấu tạo tế bào', 'Định lí Pythagore', 'Câu ghép', 'Khí hậu Việt Nam', 'An toàn trên Internet', 'Vẽ tranh phong cảnh', 'Hô hấp ở thực vật', 'Mạch điện song song', 'Văn nghị luận', 'Số thập phân', 'Biểu đồ cột', 'Nước Văn Lang', 'Gia đình em', 'Dấu câu', 'Ánh sáng và bóng tối', 'Hệ mặt trời', 'Đồng bằng sông Cửu Long'];
const referenceHeads = ['Bồi dưỡng học sinh giỏi', 'Nâng cao và phát triển', 'Đề kiểm tra', 'Câu hỏi và bài tập trắc nghiệm', 'Giúp em học tốt', 'Phương pháp giải', 'Ôn luyện', '500 bài tập', 'Tuyển chọn đề thi', 'Để học tốt', 'Củng cố kiến thức', 'Chuyên đề'];

interface Making {
  random: Random;
  works: MadeWork[];
  authors: string[];
}

/** So many works: schoolbooks up to what there are of them, the rest stories, books for learning and teachers' own. */
export function makeWorks(random: Random, count: number): MadeWork[] {
  const making: Making = { random, works: [], authors: Array.from({ length: Math.max(40, Math.floor(count / 14)) }, () => personName(random)) };
  const shelf = textbooks(making);
  // As many schoolbooks as a hundred thousand records have of all there are, so that small lots are made of the same.
  const share = Math.min(1, (count * 0.07) / shelf.reduce((sum, family) => sum + family.length, 0));
  // Whole families, or nothing would be left to be confused.
  for (const family of shelf) if (random() < share) making.works.push(...family);
  while (making.works.length < count) {
    const dice = random();
    if (dice < 0.55) story(making);
    else if (dice < 0.8) reference(making);
    else teaching(making);
  }
  return making.works;
}

function editions(making: Making, first: number, publisher: string, most: number, change: boolean): MadeEdition[] {
  const { random } = making;
  const pages = 40 + Math.floor(random() * 260);
  const found: MadeEdition[] = [];
  const isbn = isbnOf(random);
  let year = first;
  for (let reprint = 0; reprint < most; reprint++) {
    const other = change && reprint > 0 && random() < 0.5 ? pick(random, publishers) : publisher;
    found.push({ id: '', year, reprint: other === publisher ? reprint : 0, isbn: reprint === 0 || random() < 0.4 ? isbn : isbnOf(random), publisher: other, pages: pages + (reprint > 0 && random() < 0.3 ? Math.floor(random() * 12) : 0), file: fileOf(random) });
    year += 1 + Math.floor(random() * 3);
  }
  return found;
}

function work(making: Making, made: Omit<MadeWork, 'id'>): MadeWork {
  const id = `w${making.works.length}-${Math.floor(making.random() * 1e9).toString(36)}`;
  return { ...made, id, editions: made.editions.map((edition, at) => ({ ...edition, id: `${id}.${at}` })) };
}

function textbooks(making: Making): MadeWork[][] {
  const { random } = making;
  const families: MadeWork[][] = [];
  for (const [subject, title, range, volumes] of subjects)
    for (const grade of gradeRange(range)) {
      const family: MadeWork[] = [];
      for (const set of setNames) {
        const team = Array.from({ length: 5 }, () => personName(random));
        const year = 2020 + ([1, 2, 6, 3, 7, 10, 4, 8, 11].indexOf(grade) < 0 ? 4 : Math.floor([1, 2, 6, 3, 7, 10, 4, 8, 11].indexOf(grade) / 2.5));
        for (const kind of grade <= 5 ? ['SGK', 'VBT', 'SGV'] : ['SGK', 'SBT', 'SGV'])
          for (const volume of volumes === 2 ? [1, 2] : [null])
            family.push(
              work(making, {
                family: `t-${subject}`, trap: volume === null ? (kind === 'SGK' ? 'grade or set' : 'kind') : 'volume', shape: 'textbook', title, subtitle: null,
                people: team.slice(0, 2 + Math.floor(random() * 4)), subject, grade, volume, kind, set, schoolYear: null,
                editions: editions(making, year, set === 'CD' ? 'NXB Đại học Sư phạm' : 'NXB Giáo dục Việt Nam', 1 + Math.floor(random() * 3), false),
              }),
            );
      }
      families.push(family);
    }
  return families;
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);

function storyTitle(random: Random): string[] {
  const length = pick(random, [2, 3, 3, 4, 4, 5, 6, 7]);
  return Array.from({ length }, () => (random() < 0.3 ? pick(random, pick(random, alike)) : pick(random, others)));
}

function story(making: Making): void {
  const { random, works, authors } = making;
  const words = storyTitle(random);
  const kind = pick(random, ['TRUYEN', 'TRUYEN', 'TRUYEN', 'STK', 'TRUYEN_TRANH']);
  const base = (title: string, author: string, family: string, trap: MadeWork['trap'], volume: number | null): MadeWork =>
    work(making, {
      family, trap, shape: 'book', title: capital(title), subtitle: random() < 0.25 ? pick(random, ['truyện dài', 'tập truyện ngắn', 'tiểu thuyết', 'truyện thiếu nhi', 'thơ', 'tản văn']) : null,
      people: random() < 0.1 ? [author, personName(random)] : [author], subject: null, grade: null, volume, kind, set: null, schoolYear: null,
      editions: editions(making, 1995 + Math.floor(random() * 28), pick(random, publishers), pick(random, [1, 1, 2, 3]), true),
    });
  const title = words.join(' ');
  const author = pick(random, authors);
  const family = `s${works.length}`;
  const dice = random();
  if (dice < 0.12) for (let volume = 1; volume <= 2 + Math.floor(random() * 3); volume++) works.push(base(title, author, family, 'volume', volume));
  else if (dice < 0.22) works.push(base(title, author, family, 'author', null), base(title, personName(random), family, 'author', null));
  else if (dice < 0.3) {
    const at = words.findIndex((word) => alike.some((lot) => lot.includes(word)));
    works.push(base(title, author, family, at < 0 ? null : 'folds alike', null));
    if (at >= 0) works.push(base(words.with(at, pick(random, alike.find((lot) => lot.includes(words[at]!))!.filter((word) => word !== words[at]))).join(' '), pick(random, authors.filter((other) => other !== author)), family, 'folds alike', null));
  } else works.push(base(title, author, family, null, null));
}

function reference(making: Making): void {
  const { random, works, authors } = making;
  const [subject, name, range] = pick(random, subjects);
  const grades = gradeRange(range);
  const head = pick(random, referenceHeads);
  const people = [pick(random, authors), ...(random() < 0.4 ? [pick(random, authors)] : [])];
  const publisher = pick(random, learningPublishers);
  const start = Math.floor(random() * grades.length);
  // A row of books by the same people, one for each of some neighbouring grades.
  for (const grade of grades.slice(start, start + 1 + Math.floor(random() * 3)))
    works.push(
      work(making, {
        family: `r-${head}-${subject}`, trap: 'grade or set', shape: 'book', title: `${head} ${name} ${grade}`, subtitle: random() < 0.2 ? pick(random, ['theo chương trình mới', 'dùng chung cho các bộ sách', 'có đáp án chi tiết']) : null,
        people, subject, grade, volume: null, kind: 'STK', set: null, schoolYear: null,
        editions: editions(making, 2012 + Math.floor(random() * 12), publisher, pick(random, [1, 1, 2]), false),
      }),
    );
}

function teaching(making: Making): void {
  const { random, works } = making;
  const [subject, name, range] = pick(random, subjects);
  const grade = pick(random, gradeRange(range));
  const teacher = personName(random);
  const school = `Trường THCS ${pick(random, surnames)} ${pick(random, givens)}`;
  const one = (title: string, kind: string, family: string, trap: MadeWork['trap'], year: number, schoolYear: string | null): void => {
    const [edition] = editions(making, year, school, 1, false);
    works.push(work(making, { family, trap, shape: 'teaching', title, subtitle: null, people: [teacher], subject, grade, volume: null, kind, set: null, schoolYear, editions: [{ ...edition!, isbn: '' }] }));
  };
  if (random() < 0.5) {
    const when = pick(random, ['giữa học kì I', 'cuối học kì I', 'giữa học kì II', 'cuối học kì II']);
    const first = 2020 + Math.floor(random() * 4);
    const family = `d${works.length}`;
    for (let year = first; year < first + 1 + Math.floor(random() * 2); year++)
      one(`Đề kiểm tra ${when} môn ${name} ${grade}`, 'DE_KT', family, 'test of another year', year, `${year}-${year + 1}`);
  } else {
    const lesson = `${pick(random, lessonHeads)} ${pick(random, ['và ứng dụng', 'trong đời sống', 'qua trò chơi', 'theo nhóm', 'tiết luyện tập', ''])}`.trim();
    const family = `g${works.length}`;
    one(lesson, 'KHBD', family, 'kind', 2024, null);
    if (random() < 0.5) one(lesson, 'BGDT', family, 'kind', 2024, null);
  }
}
