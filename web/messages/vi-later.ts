import { viPeers } from './vi-peers.ts';
import { viSources } from './vi-sources.ts';
import { viRunning } from './vi-running.ts';
import { viPlatforms } from './vi-platforms.ts';

/** What only some parts of the application say, and mostly to few people: each comes with its parts (state/*-sentences.ts), this is all of it. */
export const viLater = { ...viPeers, ...viPlatforms, ...viRunning, ...viSources };
