import type { Queries } from '../../storage/metadata/database.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { hostOf } from './guarded-fetch.ts';

const key = 'outbound-allowed-hosts';

/** host:port of servers within the school's own network that an administrator has allowed requests to. */
export const allowedHosts = async (queries: Queries): Promise<ReadonlySet<string>> => new Set((await setting<string[]>(queries, key)) ?? []);

export const putAllowedHosts = (queries: Queries, hosts: readonly string[]): Promise<void> => putSetting(queries, key, [...new Set(hosts)].sort());

/** A host as a person writes it (`thuvien.local`, `10.0.0.5:8080`, an address), as host:port; null: it is none. */
export function readHost(text: string): string | null {
  const written = text.trim();
  const address = /^https?:\/\//i.test(written) ? written : `http://${written}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.hostname === '' || url.username !== '' || url.password !== '' ? null : hostOf(url);
}
