import type { viSharing } from './vi-sharing.ts';

export const enSharing: Record<keyof typeof viSharing, string> = {
  'nav.peers': 'Partner libraries',
  'nav.sources': 'Other catalogues',
  'record.fromSource': 'A record of {name}',
  'record.fromSourceSays': 'It is kept and described there. This library only helps to find it.',
  'record.confirmedGone': '{name} has removed it, {copies} copies, {date}',
};
