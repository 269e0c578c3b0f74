import { enDuplicates } from './en-duplicates.ts';
import { enHealth } from './en-health.ts';
import { enPeers } from './en-peers.ts';
import { enPlatforms } from './en-platforms.ts';
import { enSources } from './en-sources.ts';
import type { viLater } from './vi-later.ts';

export const enLater: Record<keyof typeof viLater, string> = {
  ...enDuplicates,
  ...enHealth,
  ...enPeers,
  ...enPlatforms,
  ...enSources,
};
