import type { Language } from '../../server/contract/person.ts';

/** Asia/Ho_Chi_Minh has no daylight saving: UTC+7 all year. */
const offset = 7 * 3_600_000;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function local(instant: string | number | Date): Date | null {
  const time = new Date(instant).getTime();
  return Number.isNaN(time) ? null : new Date(time + offset);
}
const two = (number: number) => String(number).padStart(2, '0');

/** 24/11/2026, the same in both languages; '' for what is not an instant. Own pattern: Intl gives other orders and glue for `vi`. */
export function shortDate(instant: string | number | Date): string {
  const at = local(instant);
  return at ? `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}` : '';
}

/** 09:05 */
export function clockTime(instant: string | number | Date): string {
  const at = local(instant);
  return at ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : '';
}

/** 24/11/2026 16:05 */
export function dateAndTime(instant: string | number | Date): string {
  const date = shortDate(instant);
  return date && `${date} ${clockTime(instant)}`;
}

/** ngày 24 tháng 11 năm 2026; 24 November 2026 */
export function longDate(instant: string | number | Date, language: Language): string {
  const at = local(instant);
  if (!at) return '';
  const [day, month, year] = [at.getUTCDate(), at.getUTCMonth(), at.getUTCFullYear()];
  return language === 'vi' ? `ngày ${day} tháng ${month + 1} năm ${year}` : `${day} ${months[month]} ${year}`;
}
