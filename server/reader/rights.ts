/**
 * Addresses of licences for IIIF `rights` (Presentation API 3.0 §3.1: a Creative Commons or RightsStatements.org address, with
 * http). Null where there is none: the licence is then told in words.
 */
export function rightsAddress(licence: string): string | null {
  if (licence === 'CC0-1.0') return 'http://creativecommons.org/publicdomain/zero/1.0/';
  const creative = /^CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)$/.exec(licence);
  if (creative) return `http://creativecommons.org/licenses/${creative[1]!.toLowerCase()}/${creative[2]}/`;
  if (licence === 'PD-VN-EXPIRED') return 'http://creativecommons.org/publicdomain/mark/1.0/';
  if (licence === 'PD-VN-OFFICIAL') return 'http://rightsstatements.org/vocab/NKC/1.0/';
  if (licence === 'ARR') return 'http://rightsstatements.org/vocab/InC/1.0/';
  return null;
}
