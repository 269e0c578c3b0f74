import { createHash } from 'node:crypto';
import { changedDescription } from '../../catalogue/description-input.ts';
import { knownTerms, widestScope } from '../../catalogue/record-rules.ts';
import type { Vocabularies } from '../../catalogue/vocabularies.ts';
import type { ExchangeChange, ToldFile } from '../../contract/peer.ts';
import { type Description, description as descriptionSchema, scopes } from '../../contract/record.ts';
import { Refusal } from '../../errors.ts';
import type { MappedRecord } from './map-record.ts';
import type { RecordAside, ToldRecord } from './told-records.ts';

/** What a peer tells of a record beside its description; kept with it as told_json. */
export interface PeerTold {
  version: number;
  school: { code: string; name: string };
  files: ToldFile[];
}

/** A record of another installation: described in our own words already. Terms that only it has are left out. */
export function mapPeerRecord(told: ToldRecord, { version, event, record }: ExchangeChange, vocabularies: Vocabularies): MappedRecord | RecordAside {
  const { identifier, datestamp } = told;
  if (record === null || event === 'CANCEL') return { identifier, datestamp, said: null, digest: '' };
  const aside = (reason: RecordAside['reason'], detail: string): RecordAside => ({ identifier, reason, detail, text: told.text });
  const licence = vocabularies.byCode.licence.get(record.licence);
  if (!licence) return aside('metadata-unknown', `licence ${record.licence}`);
  try {
    const { agents, link: _link, ...fields } = record.description as Partial<Description>;
    const roles = (Array.isArray(agents) ? agents : []).map((agent) => (vocabularies.byCode['person-role'].has(agent.role) ? agent : { ...agent, role: 'ctb' }));
    // A newer version may know fields that this one does not.
    const known = Object.entries(fields).filter(([field]) => Object.hasOwn(descriptionSchema.shape, field));
    const coded = Object.fromEntries(known.map(([field, value]) => [field, knownTerms(vocabularies, field, value)]));
    const link = record.description['link'] ?? record.page;
    const description = changedDescription({} as Description, { ...coded, agents: roles, link });
    const widest = widestScope(record.licence);
    const scope = scopes.indexOf(record.scope) > scopes.indexOf(widest) ? widest : record.scope;
    const said = { description, licence: record.licence, scope, told: { version, school: record.school, files: record.files } };
    // What its version counts is not what it says: a change that changes nothing here writes nothing.
    const digest = createHash('sha256').update(JSON.stringify([said.description, licence.code, scope, record.school, record.files])).digest('base64url');
    return { identifier, datestamp, said, digest };
  } catch (error) {
    if (error instanceof Refusal) return aside(error.params['path'] === 'title' ? 'title-missing' : 'metadata-unknown', String(error.params['path'] ?? ''));
    throw error;
  }
}
