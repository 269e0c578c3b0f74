import type { FileView } from '../../server/contract/file.ts';

type Conversion = FileView['conversions'][number];

const names: Record<Exclude<Conversion['from'], 'damaged'>, string> = {
  tcvn3: 'TCVN3',
  vni: 'VNI',
  viscii: 'VISCII',
  'windows-1258': 'Windows-1258',
};

/** `TCVN3 (.VnTime, .VnTimeH), VNI`: what a text was converted from, with the fonts that said so; empty for nothing. */
export function convertedFrom(conversions: readonly Conversion[]): string {
  const fonts = new Map<string, string[]>();
  for (const { from, font } of conversions) {
    if (from === 'damaged') continue;
    const known = fonts.get(names[from]) ?? [];
    fonts.set(names[from], font === null ? known : [...known, font]);
  }
  return [...fonts].map(([name, known]) => (known.length ? `${name} (${known.join(', ')})` : name)).join(', ');
}

/** Letters were put back that an earlier conversion had lost. */
export const isMended = (conversions: readonly Conversion[]): boolean =>
  conversions.some(({ from }) => from === 'damaged');
