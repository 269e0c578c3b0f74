import { enPeers } from './en-peers.ts';
import type { viLater } from './vi-later.ts';

export const enLater: Record<keyof typeof viLater, string> = { ...enPeers };
