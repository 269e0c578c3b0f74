import { viPeers } from './vi-peers.ts';

/** What only some parts of the application say, and mostly to few people: it comes with those parts (state/more-sentences.ts). */
export const viLater = { ...viPeers };
