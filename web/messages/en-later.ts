import { enPeers } from './en-peers.ts';
import { enPlatforms } from './en-platforms.ts';
import type { viLater } from './vi-later.ts';

export const enLater: Record<keyof typeof viLater, string> = { ...enPeers, ...enPlatforms };
