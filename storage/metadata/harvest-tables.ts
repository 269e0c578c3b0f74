import type { Generated } from 'kysely';

/** What others may know of our records, and what we take from other catalogues; in the subset that tables.ts names. */
export interface HarvestTables {
  harvest_items: {
    record_id: string;
    school_id: string;
    /** To the second, with Z. */
    datestamp: string;
    in_public: number;
    in_sector: number;
    /** Once in public, so that the public must be told when it is gone; every row was in the sector once. */
    was_public: number;
  };
  harvest_sets: { spec: string; record_id: string };
  /** Other catalogues whose records are taken in. */
  harvest_sources: {
    id: string;
    school_id: string;
    name: string;
    /** Of its OAI-PMH, without arguments. */
    address: string;
    set_spec: string | null;
    /** metadataPrefix */
    format: string;
    /** Who may see what is taken from it. */
    scope: 'school' | 'sector' | 'public';
    schedule: 'hand' | 'daily' | 'weekly';
    /** When it is due by its schedule. */
    next_at: string | null;
    granularity: 'day' | 'second';
    /** What it says of deleted records (OAI-PMH 2.0 section 2.5.1). */
    deletions: 'no' | 'transient' | 'persistent';
    /** From when on the next run asks for changes, by the source's clock; null: for everything. */
    listed_until: string | null;
    created_by: string | null;
    created_at: string;
    updated_at: string;
    /** Nothing is taken from it any more, and what was taken is being withdrawn. */
    removed_at: string | null;
    /** Another installation of ours; its requests are signed. */
    peer_id: Generated<string | null>;
  };
  /** One harvest of a source, from the first page to the last; the newest says where to go on. */
  harvest_runs: {
    id: string;
    source_id: string;
    state: 'running' | 'done' | 'failed' | 'stopped';
    /** Asked for everything, and not for changes alone. */
    whole: number;
    asked_from: string | null;
    /** By the source's clock, when it began to tell. */
    told_at: string | null;
    /** Where the list goes on. */
    token: string | null;
    /** How often the list was begun anew because its token was no longer known. */
    restarts: number;
    pages: number;
    taken: number;
    unchanged: number;
    deleted: number;
    aside: number;
    /** As the source counts. */
    list_size: number | null;
    /** Pages without a record one after the other. */
    empty_pages: number;
    /** Digest of an earlier page, which the list must not come back to. */
    mark: string | null;
    /** The latest datestamp told, and whether all came in order up to it, so that the list can be begun anew there. */
    seen_datestamp: string | null;
    in_order: number;
    /** Something was told that could not be read even for its identifier: what is missing may have been that. */
    blind: number;
    /** Faults one after the other, and until when to wait after them. */
    failures: number;
    wait_until: string | null;
    code: string | null;
    params_json: string;
    started_at: string;
    ended_at: string | null;
  };
  harvested_records: {
    source_id: string;
    identifier: string;
    record_id: string;
    datestamp: string | null;
    /** Of what was said, to know what has not changed. */
    digest: string;
    /** Deleted at the source. */
    gone: number;
    /** The run that told it last. */
    run_id: string;
    /** What was written together is put into the index together. */
    batch_id: string;
    /** Of a peer's record: {version, school, files: [{id, name, mediaType, size, sha256, pages, takes}]}. */
    told_json: Generated<string>;
  };
  /** What a source told that could not be taken, until it tells it better. */
  harvest_asides: {
    source_id: string;
    /** The identifier, or a digest of the text where it has none. */
    key: string;
    identifier: string | null;
    reason: string;
    detail: string;
    text: string;
    run_id: string;
    at: string;
  };
}
