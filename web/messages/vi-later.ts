import { viPeers } from './vi-peers.ts';
import { viPlatforms } from './vi-platforms.ts';

/** What only some parts of the application say, and mostly to few people: it comes with those parts (state/more-sentences.ts). */
export const viLater = { ...viPeers, ...viPlatforms };
