import type { FileView } from '../../server/contract/file.ts';
import { t } from '../state/language.svelte.ts';

type Conversion = FileView['conversions'][number];

const names: Record<Exclude<Conversion['from'], 'damaged'>, string> = {
  tcvn3: 'TCVN3',
  vni: 'VNI',
  viscii: 'VISCII',
  'windows-1258': 'Windows-1258',
};

/** `Chữ được chuyển từ TCVN3 (.VnTime, .VnTimeH), VNI`, and a line more where damaged letters were mended. */
export function conversionLines(conversions: readonly Conversion[]): string[] {
  const fonts = new Map<string, string[]>();
  for (const { from, font } of conversions) {
    if (from === 'damaged') continue;
    const known = fonts.get(names[from]) ?? [];
    fonts.set(names[from], font === null ? known : [...known, font]);
  }
  const from = [...fonts].map(([name, known]) => (known.length ? `${name} (${known.join(', ')})` : name)).join(', ');
  return [
    ...(from ? [t('file.converted', { from })] : []),
    ...(conversions.some((one) => one.from === 'damaged') ? [t('file.mended')] : []),
  ];
}
