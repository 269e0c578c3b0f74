import { createHash } from 'node:crypto';
import { changedDescription } from '../../catalogue/description-input.ts';
import { knownTerms } from '../../catalogue/record-rules.ts';
import type { Vocabularies } from '../../catalogue/vocabularies.ts';
import type { Description, Scope } from '../../contract/record.ts';
import { Refusal } from '../../errors.ts';
import { dublinCoreIn, fromDublinCore } from './from-dublin-core.ts';
import { fromMarc, isGone, marcIn } from './from-marc.ts';
import type { RecordAside, ToldRecord } from './told-records.ts';
import { mapPeerRecord, type PeerTold } from './from-peer.ts';
import { termWords } from './term-words.ts';

/** A record of a source, as it will stand in the catalogue. */
export interface MappedRecord {
  identifier: string;
  datestamp: string | null;
  /** Null: the source has deleted it. */
  said: { description: Description; licence: string; scope?: Scope; told?: PeerTold } | null;
  /** Of all that was said, so that the same said again writes nothing. */
  digest: string;
}

/** For what others hold, and say nothing of how it may be used: the catalogue leads there. */
const linkOnly = 'LINK';

/** Raised when records are to be read differently than before: what is unchanged at the source is then written all the same. */
const mapping = 1;

/** A told record as a description of ours, or why it is none. `address`: of the source, whose own links come first. */
export function mapRecord(told: ToldRecord, vocabularies: Vocabularies, address: string): MappedRecord | RecordAside {
  const { identifier, datestamp } = told;
  const gone: MappedRecord = { identifier, datestamp, said: null, digest: '' };
  if (told.peer) return mapPeerRecord(told, told.peer, vocabularies);
  if (told.deleted || told.metadata === null) return gone;
  const terms = termWords(vocabularies);
  const aside = (reason: RecordAside['reason'], detail = ''): RecordAside => ({ identifier, reason, detail, text: told.text });
  const marc = marcIn(told.metadata);
  if (marc && isGone(marc)) return gone;
  const elements = marc ? null : dublinCoreIn(told.metadata);
  if (!marc && !elements) return aside('metadata-unknown', `{${told.metadata.namespace}}${told.metadata.name}`.slice(0, 300));
  const found = marc ? fromMarc(marc, terms) : fromDublinCore(elements!, terms);
  if (found.title === null) return aside('title-missing');
  const { links, licence: open, ...fields } = found;
  const host = new URL(address).hostname;
  const link = links.find((one) => new URL(one).hostname === host) ?? links[0];
  try {
    const roles = found.agents.map((agent) => (vocabularies.byCode['person-role'].has(agent.role) ? agent : { ...agent, role: 'ctb' }));
    const coded = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, knownTerms(vocabularies, field, value)]));
    const description = changedDescription({} as Description, { ...coded, agents: roles, ...(link === undefined ? {} : { link }) });
    const said = { description, licence: open ?? linkOnly };
    return { identifier, datestamp, said, digest: createHash('sha256').update(JSON.stringify([mapping, said])).digest('base64url') };
  } catch (error) {
    // A field that is not valid in spite of all: rather one record less than none.
    if (error instanceof Refusal) return aside('metadata-unknown', String(error.params['path'] ?? ''));
    throw error;
  }
}
