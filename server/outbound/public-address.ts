import { isIP } from 'node:net';

/** The sixteen-bit groups of an IPv6 address in any of its spellings; the zone behind % is left out. */
function groupsOf(address: string): number[] {
  // An IPv4 tail, as in ::ffff:127.0.0.1, is two groups.
  const plain = address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: string[]) => {
    const [a, b, c, d] = bytes.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [before, after] = plain.split('::') as [string, string?];
  const read = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [head, tail] = [read(before), read(after ?? '')];
  return after === undefined ? head : [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** The IPv4 address that an IPv6 one stands for: mapped (RFC 4291 §2.5.5.2) or by way of NAT64 (RFC 6052 §2.1); null: none. */
function embedded(groups: readonly number[]): string | null {
  const begins = (...start: number[]): boolean => start.every((group, at) => groups[at] === group);
  if (!begins(0, 0, 0, 0, 0, 0xffff) && !begins(0x64, 0xff9b, 0, 0, 0, 0)) return null;
  const [high, low] = [groups[6]!, groups[7]!];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Special-purpose blocks of the IANA registry for IPv4 that are not of the open Internet: first address and length of prefix. */
const closed4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const number4 = (address: string): number => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const within4 = (address: string, first: string, bits: number): boolean =>
  Math.floor(number4(address) / 2 ** (32 - bits)) === Math.floor(number4(first) / 2 ** (32 - bits));

/** Whether an IP address is one of the open Internet. What is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed4.some(([first, bits]) => within4(address, first, bits));
  if (family !== 6) return false;
  const groups = groupsOf(address);
  const inner = embedded(groups);
  if (inner !== null) return isPublicAddress(inner);
  const [first, second] = groups as [number, number];
  // Global unicast is 2000::/3. In it, Teredo (2001::/32) and 6to4 (2002::/16) lead to an IPv4 address that nobody has looked at, and
  // 2001:db8::/32 and 3fff::/20 are for examples.
  if (first >> 13 !== 1) return false;
  return !(first === 0x2002 || (first === 0x2001 && (second === 0 || second === 0xdb8)) || (first === 0x3fff && second < 0x1000));
}

/** Of the one wire alone; where a cloud answers secrets to whoever asks (169.254.169.254). */
export function isLinkLocal(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return within4(address, '169.254.0.0', 16);
  if (family !== 6) return false;
  const groups = groupsOf(address);
  const inner = embedded(groups);
  return inner !== null ? isLinkLocal(inner) : groups[0]! >> 6 === 0xfe80 >> 6;
}
