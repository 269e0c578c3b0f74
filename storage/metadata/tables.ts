import type { Generated, Insertable, Selectable } from 'kysely';
import type { EntryTables } from './entry-tables.ts';
import type { HarvestTables } from './harvest-tables.ts';
import type { PeerTables } from './peer-tables.ts';
import type { LtiTables } from './lti-tables.ts';

/**
 * The tables, in the subset that SQLite and PostgreSQL share: TEXT ids (UUIDv7), UTC instants as ISO text,
 * JSON as TEXT, booleans as 0/1. Columns named *_json hold JSON.
 */
export interface Tables extends EntryTables, HarvestTables, LtiTables, PeerTables {
  settings: { key: string; value_json: string };
  organisations: {
    id: string;
    kind: 'school' | 'subject-group' | 'authority';
    code: string;
    name: string;
    /** Accent colour of the pages, #rrggbb. */
    accent: string;
    disabled: Generated<number>;
    created_at: string;
  };
  organisation_edges: {
    parent_id: string;
    child_id: string;
    relation: 'administrative' | 'professional' | 'cluster' | 'sharing-group' | 'part';
    valid_from: string;
    valid_to: string | null;
  };
  people: {
    id: string;
    school_id: string;
    username: string;
    name: string;
    email: string | null;
    role: string;
    password_hash: string | null;
    must_change_password: Generated<number>;
    disabled: Generated<number>;
    language: string | null;
    version: Generated<number>;
    created_at: string;
    updated_at: string;
  };
  /** `id` is the SHA-256 of the cookie's secret, so that a stolen backup opens nothing. */
  sessions: {
    id: string;
    person_id: string;
    csrf: string;
    device: string;
    created_at: string;
    seen_at: string;
    expires_at: string;
    /** The learning platform it was opened from; null: by a password. */
    platform_id: Generated<string | null>;
  };
  access_tokens: {
    id: string;
    person_id: string;
    name: string;
    secret_hash: string;
    created_at: string;
    expires_at: string;
    used_at: string | null;
  };
  password_resets: { token_hash: string; person_id: string; created_at: string; expires_at: string };
  /** Fixed-window counters: sign-in attempts per account and per address (hashed). */
  throttles: { key: string; window_start: string; count: number };
  terms: {
    vocabulary: string;
    code: string;
    vi: string;
    en: string | null;
    parent: string | null;
    aliases_json: string;
    position: number;
    active: Generated<number>;
    extra_json: string;
  };
  records: {
    id: string;
    school_id: string;
    state: 'draft' | 'published' | 'withdrawn';
    version: Generated<number>;
    title: string;
    /** search/vietnamese/collation titleKey(title). */
    title_key: string;
    /** contract/record description. */
    description_json: string;
    licence: string;
    scope: 'class' | 'school' | 'sector' | 'public';
    guessed_json: string;
    created_by: string | null;
    created_at: string;
    updated_at: string;
    published_at: string | null;
    published_by: string | null;
    withdrawn_at: string | null;
    withdrawn_by: string | null;
    withdrawn_reason: string | null;
    deleted_at: string | null;
    deleted_by: string | null;
    /** The source it was harvested from; null: the school's own. */
    source_id: Generated<string | null>;
  };
  record_changes: {
    record_id: string;
    version: number;
    at: string;
    person_id: string | null;
    action: string;
    /** [{field, before, after}] */
    changes_json: string;
    /** {description, licence, scope} as of this version. */
    snapshot_json: string;
  };
  files: {
    id: string;
    record_id: string;
    school_id: string;
    name: string;
    media_type: string;
    format: string | null;
    size: number;
    sha256: string;
    object_key: string;
    position: number;
    revision: Generated<number>;
    state: 'waiting' | 'reading' | 'ready' | 'stopped' | 'failed';
    code: string | null;
    params_json: string;
    page_count: Generated<number>;
    /** [{title, page, depth}] */
    contents_json: string;
    created_by: string | null;
    created_at: string;
    updated_at: string;
    removed_at: string | null;
    /** 'vi' or 'en', as a person has chosen; null: by the record, else by the text itself. */
    recognition_language: string | null;
  };
  /** Former bytes of a file whose scan was replaced; the original is never changed. */
  file_revisions: {
    file_id: string;
    revision: number;
    name: string;
    size: number;
    sha256: string;
    object_key: string;
    replaced_at: string;
    replaced_by: string | null;
  };
  file_steps: {
    file_id: string;
    step: string;
    state: string;
    done: Generated<number>;
    total: Generated<number>;
    code: string | null;
    params_json: string;
    started_at: string | null;
    ended_at: string | null;
  };
  /** One row a page of the file's current revision; rows of older revisions are deleted when the new ones stand. */
  pages: {
    file_id: string;
    /** From 1. */
    number: number;
    label: string | null;
    width: Generated<number>;
    height: Generated<number>;
    state: 'waiting' | 'image' | 'text' | 'failed';
    code: string | null;
    image_key: string | null;
    image_type: string | null;
    thumb_small_key: string | null;
    thumb_large_key: string | null;
    /** Object with {width,height,source,words:[[text,x,y,w,h,line]]}, see server/ingest/page-words.ts. */
    words_key: string | null;
    text: Generated<string>;
    text_source: 'layer' | 'ocr' | 'none' | null;
    confidence: number | null;
    /** 0 to 1: the share of its words that are syllables of Vietnamese; null where that says nothing. */
    syllables: number | null;
    /** Thousandths: confidence times syllables, by which pages wait for a look; null for pages that were not recognised. Whole, so that a list can go on from it on either database. */
    quality: number | null;
    /** The image that was recognised, where that is not the page image. */
    cleaned_key: string | null;
    /** Degrees clockwise by which a person has said the page is to be turned for reading: 0, 90, 180, 270. */
    turn: Generated<number>;
    /** When a librarian said that the page needs no more looking at. */
    checked_at: string | null;
  };
  jobs: {
    id: string;
    kind: string;
    /** At most one queued or running job has a given key. */
    key: string;
    /** Jobs of one group run one at a time; null: no limit. */
    grp: string | null;
    payload_json: string;
    priority: number;
    attempts: Generated<number>;
    state: 'queued' | 'running' | 'done' | 'failed';
    run_after: string;
    lease_by: string | null;
    lease_until: string | null;
    outcome_json: string | null;
    created_at: string;
    ended_at: string | null;
  };
  /** Web and worker processes of this library; a row not renewed for 15 s is a dead one. */
  processes: { id: string; kind: 'web' | 'worker'; host: string; version: string; started_at: string; seen_at: string };
  /** What is due when; whoever moves next_at on is the one who does it. */
  schedules: { name: string; next_at: string; last_at: string | null };
  /** Sums over all processes that nobody could count afterwards, such as pages read; see server/operation. */
  counters: { name: string; value: number };
  saved_searches: {
    id: string;
    person_id: string;
    name: string;
    /** As in the address of the search page, behind the `?`. */
    query: string;
    alerts: number;
    /** The secret part of its feed's address. */
    feed_token: string | null;
    /** Up to when its owner has seen what is new in it. */
    seen_at: string;
    created_at: string;
  };
  /** Words that were searched for, by how many; see server/discovery/query-counting.ts for what is never kept. */
  typed_queries: { fold: string; text: string; count: number; /** Monday of the week in which it was last counted, YYYY-MM-DD. */ week: string };
  /** Uploads by tus, from creation to their outcome. */
  uploads: {
    id: string;
    person_id: string | null;
    school_id: string;
    state: 'receiving' | 'accepted' | 'already-held' | 'refused';
    name: string;
    size: number | null;
    code: string | null;
    params_json: string;
    record_id: string | null;
    file_id: string | null;
    created_at: string;
    updated_at: string;
    /** The process that is moving its bytes now, and until when nobody else may. */
    claimed_by: Generated<string | null>;
    claimed_until: Generated<string | null>;
  };
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>;
