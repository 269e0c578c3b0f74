import type { PlatformRow } from '../../storage/metadata/lti-rows.ts';
import { id } from '../contract/common.ts';
import { LaunchFault } from './launch-fault.ts';

/** Pages that a launch may open; everything else of ours opens at the front. */
const pages = [/^\/$/, /^\/record\/[0-9a-f-]{36}$/, /^\/read\/[0-9a-f-]{36}\/page\/\d{1,6}$/, /^\/(search|browse)$/];

export const recordPath = (recordId: string): string => `/record/${recordId}`;
export const readPath = (fileId: string, page: number): string => `/read/${fileId}/page/${page}`;

/** The path that an address of ours opens. Throws LaunchFault target-elsewhere for one of another server. */
export function pathOfTarget(publicUrl: string, target: string): string {
  const [ours, url] = [new URL(publicUrl), URL.canParse(target) ? new URL(target) : null];
  if (!url || url.origin !== ours.origin || url.username || url.password) throw new LaunchFault('target-elsewhere');
  return pages.some((page) => page.test(url.pathname)) ? url.pathname + url.search : '/';
}

/**
 * Where a launch arrives: what was chosen by deep linking says so in its custom parameters, other links by their address. Parameters that
 * a platform has left unfilled, or somebody has typed, count as not there.
 */
export function pathOfLaunch(publicUrl: string, target: string, custom: Record<string, unknown>): string {
  const path = pathOfTarget(publicUrl, target);
  const read = (name: string): string | null => {
    const value = custom[name];
    return typeof value === 'string' && id.safeParse(value).success ? value : null;
  };
  const [record, file, page] = [read('record'), read('file'), Number(custom['page'])];
  if (file && Number.isInteger(page) && page > 0 && page < 1_000_000) return readPath(file, page);
  return record ? recordPath(record) : path;
}

/** Origins under which pages of the platform may lie around ours, and where its forms go. */
export function originsOf(platform: Pick<PlatformRow, 'issuer' | 'authorization_endpoint' | 'site'>): string[] {
  const given = [platform.issuer, platform.authorization_endpoint, platform.site].filter(
    (one) => one !== null && URL.canParse(one),
  ) as string[];
  return [
    ...new Set(
      given
        .map((one) => new URL(one))
        .filter(({ protocol }) => /^https?:$/.test(protocol))
        .map(({ origin }) => origin),
    ),
  ];
}

/**
 * The address that a choice is returned to, as the signed message of the platform gives it: https, or http at an origin that an
 * administrator has entered. Throws LaunchFault return-address.
 */
export function returnAddress(platform: PlatformRow, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const open =
    url &&
    !url.username &&
    !url.password &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && originsOf(platform).includes(url.origin)));
  if (!open) throw new LaunchFault('return-address');
  return url.href;
}
