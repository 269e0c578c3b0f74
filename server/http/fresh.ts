import type { IncomingMessage } from 'node:http';

/**
 * Whether the asker holds these bytes already: If-None-Match names the tag, by weak comparison (RFC 9110 §13.1.2). An asker that says
 * Cache-Control: no-cache wants them all the same (RFC 9111 §5.2.1.4).
 */
export function isFresh({ headers }: IncomingMessage, tag: string): boolean {
  const held = headers['if-none-match'];
  if (held === undefined || /(?:^|,)\s*no-cache\s*(?:,|$)/.test(headers['cache-control'] ?? '')) return false;
  const bare = tag.replace(/^W\//, '');
  return held.trim() === '*' || held.split(',').some((one) => one.trim().replace(/^W\//, '') === bare);
}
