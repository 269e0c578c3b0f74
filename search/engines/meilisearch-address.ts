export interface MeilisearchAddress {
  /** http(s)://host:port */
  host: string;
  key: string;
  /** What the names of this library's indexes begin with, so that several share one server. */
  prefix: string;
}

const form = 'meilisearch+http(s)://:masterkey@host:port[/prefix]';

/** Reads `meilisearch+http(s)://:masterkey@host:port[/prefix]`. What it throws never holds the key. */
export function meilisearchAddress(url: string): MeilisearchAddress {
  if (!/^meilisearch\+https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`SEARCH_URL is not ${form}`);
  const { protocol, host, password, username, pathname } = new URL(url);
  if (username !== '') throw new Error(`SEARCH_URL has a name before the key; it is ${form}`);
  if (password === '') throw new Error(`SEARCH_URL has no key; it is ${form}`);
  const prefix = pathname.replace(/^\/+|\/+$/g, '') || 'tusach';
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(prefix)) {
    throw new Error('the prefix in SEARCH_URL is of letters, digits, - and _, at most 100');
  }
  let key: string;
  try {
    key = decodeURIComponent(password);
  } catch {
    throw new Error('the key in SEARCH_URL is not percent-encoded properly');
  }
  return { host: `${protocol.slice('meilisearch+'.length)}//${host}`, key, prefix };
}
