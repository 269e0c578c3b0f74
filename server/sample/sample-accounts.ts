import type { PersonRole } from '../contract/person.ts';

/** The school whose people sign in to the sample library. Invented, as "(mẫu)" says. */
export const sampleSchools = [{ code: 'LAITHIEU', name: 'Trường THCS Lái Thiêu (mẫu)' }] as const;

export interface SampleAccount {
  username: string;
  name: string;
  role: PersonRole;
  password: string;
  /** Code of one of `sampleSchools`. */
  school: string;
}

/** One easy word for all: the sample library holds nothing to protect and must never be opened to the internet as it is. */
export const samplePassword = 'tusach-mau-2026';

const account = (username: string, name: string, role: PersonRole): SampleAccount => ({
  username,
  name,
  role,
  password: samplePassword,
  school: sampleSchools[0].code,
});

/** One account per role; the names are invented. */
export const sampleAccounts: readonly SampleAccount[] = [
  account('hocsinh', 'Lê Bảo Châu', 'pupil'),
  account('giaovien', 'Nguyễn Thị Thuý Hằng', 'teacher'),
  account('totruong', 'Võ Quốc Khánh', 'group-head'),
  account('hieutruong', 'Phan Thị Minh Tâm', 'head'),
  account('thuthu', 'Bùi Thanh Trúc', 'librarian'),
  account('quantri', 'Đinh Công Thành', 'administrator'),
];
