import type { Language } from '../../server/contract/person.ts';

/** 1.234.567,89 in Vietnamese, 1,234,567.89 in English; at most two decimals. */
export function formatNumber(number: number, language: Language): string {
  const [whole = '0', decimals = ''] = Math.abs(number).toFixed(2).split('.');
  const kept = decimals.replace(/0+$/, '');
  const [group, point] = language === 'vi' ? ['.', ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  const sign = number < 0 && (whole !== '0' || kept) ? '-' : '';
  return sign + grouped + (kept ? point + kept : '');
}

/** 12 B, 340 KB, 1,2 MB: thousands of 1,000, as file managers show them. */
export function formatSize(bytes: number, language: Language): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const rounded = size < 10 && unit > 0 ? Math.round(size * 10) / 10 : Math.round(size);
  return `${formatNumber(rounded, language)} ${units[unit]}`;
}
