import type { Migration } from 'kysely';
import * as first from './001-first.ts';
import * as severalProcesses from './002-several-processes.ts';
import * as pageConfidence from './003-page-confidence.ts';
import * as savedSearches from './004-saved-searches.ts';
import * as harvestItems from './005-harvest-items.ts';
import * as harvestSources from './006-harvest-sources.ts';
import * as sourceKinds from './007-source-kinds.ts';
import * as lti from './008-lti.ts';
import * as peers from './009-peers.ts';
import * as entries from './010-entries.ts';

/** In order; names never change once released. A literal list, so that a bundle or a test sees the same ones. */
export const migrations: Record<string, Migration> = {
  '001-first': first,
  '002-several-processes': severalProcesses,
  '003-page-confidence': pageConfidence,
  '004-saved-searches': savedSearches,
  '005-harvest-items': harvestItems,
  '006-harvest-sources': harvestSources,
  '007-source-kinds': sourceKinds,
  '008-lti': lti,
  '009-peers': peers,
  '010-entries': entries,
};
