import { enPeers } from './en-peers.ts';
import { enSources } from './en-sources.ts';
import { enRunning } from './en-running.ts';
import { enPlatforms } from './en-platforms.ts';
import type { viLater } from './vi-later.ts';

export const enLater: Record<keyof typeof viLater, string> = { ...enPeers, ...enPlatforms, ...enRunning, ...enSources };
