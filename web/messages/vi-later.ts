import { viDuplicates } from './vi-duplicates.ts';
import { viHealth } from './vi-health.ts';
import { viPeers } from './vi-peers.ts';
import { viPlatforms } from './vi-platforms.ts';
import { viSources } from './vi-sources.ts';

/** What only some pages say, and mostly to few people: each part of it comes with those pages (state/…-sentences.ts). */
export const viLater = { ...viDuplicates, ...viHealth, ...viPeers, ...viPlatforms, ...viSources };
