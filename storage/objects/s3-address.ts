import { isObjectKey } from './object-key.ts';

/** Where an S3 store is and how to speak to it. */
export interface S3Address {
  secure: boolean;
  host: string;
  port: number;
  accessKey: string;
  secretKey: string;
  bucket: string;
  /** '' or a path that ends in '/'; every key of the library lies under it. */
  prefix: string;
  region: string;
  /** Under which browsers reach the same store; null: they do not. */
  publicHost: { secure: boolean; host: string; port: number } | null;
  /** Milliseconds without a sign of life after which the store counts as away. */
  silenceMs: number;
}

const defaultSilenceSeconds = 10;
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const known = ['region', 'public', 'timeout'];

const portOf = (url: URL, secure: boolean): number => (url.port === '' ? (secure ? 443 : 80) : Number(url.port));

/** IPv6 stands in brackets in an address and without them on a socket. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

function publicHostOf(value: string): S3Address['publicHost'] {
  const url = URL.canParse(value) ? new URL(value) : null;
  // The signature covers the host and the whole path: a proxy may change neither, so there is no path to give here.
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '')
    throw new Error('OBJECT_STORE_URL: public must be http://host[:port] or https://host[:port], without a path');
  const secure = url.protocol === 'https:';
  return { secure, host: hostOf(url), port: portOf(url, secure) };
}

/**
 * Reads s3+http(s)://key:secret@host[:port]/bucket[/prefix][?region=…&public=https://…&timeout=seconds]; key and secret are percent-decoded.
 * What is wrong is said without repeating the address, for it holds the secret.
 */
export function parseS3Address(address: string): S3Address {
  const fault = (what: string): Error => new Error(`OBJECT_STORE_URL: ${what}`);
  if (!URL.canParse(address)) throw fault('not an address');
  const url = new URL(address);
  const secure = url.protocol === 's3+https:';
  if (!secure && url.protocol !== 's3+http:') throw fault('must begin with s3+http:// or s3+https://');
  if (url.hostname === '') throw fault('has no host');
  let accessKey: string;
  let secretKey: string;
  try {
    accessKey = decodeURIComponent(url.username);
    secretKey = decodeURIComponent(url.password);
  } catch {
    throw fault('key and secret must be percent-encoded (% is %25, / is %2F, @ is %40)');
  }
  if (accessKey === '' || secretKey === '') throw fault('has no key:secret@');
  const [bucket = '', ...rest] = url.pathname.split('/').filter((part) => part !== '');
  if (!bucketPattern.test(bucket) || bucket.includes('..') || /^\d+(\.\d+){3}$/.test(bucket))
    throw fault('the bucket must be 3 to 63 of a-z, 0-9, . and -');
  if (rest.length > 0 && !isObjectKey(rest.join('/'))) throw fault('the prefix may have letters, digits, . _ - and /');
  const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw fault(`unknown parameter ${unknown.join(', ')} (there are ${known.join(', ')})`);
  const timeout = url.searchParams.get('timeout');
  const seconds = timeout === null ? defaultSilenceSeconds : Number(timeout);
  if (!(seconds >= 0.1 && seconds <= 600)) throw fault('timeout must be seconds between 0.1 and 600');
  const publicly = url.searchParams.get('public');
  return {
    secure,
    host: hostOf(url),
    port: portOf(url, secure),
    accessKey,
    secretKey,
    bucket,
    prefix: rest.length > 0 ? `${rest.join('/')}/` : '',
    region: url.searchParams.get('region') || 'us-east-1',
    publicHost: publicly === null ? null : publicHostOf(publicly),
    silenceMs: Math.round(seconds * 1000),
  };
}
