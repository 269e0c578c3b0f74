/** Entries of the catalogue: records, of whichever school or source, that describe the same; in the subset that tables.ts names. */
export interface EntryTables {
  entry_records: {
    record_id: string;
    /** The lowest id of its records. */
    entry_id: string;
    /** Which printing within the entry, from 0 on. */
    printing: number;
  };
  /** server/merging/blocking-keys.ts */
  match_keys: { key: string; record_id: string };
  /** What people decided of two records; the newest of two counts. */
  match_decisions: {
    id: string;
    /** The lower id. */
    one: string;
    other: string;
    decision: 'same' | 'different';
    at: string;
    person_id: string | null;
    school_id: string;
    /** Fingerprints of the two forms then. */
    forms_json: string;
    /** Which reasons stood there then. */
    signature: string;
    undone_at: string | null;
  };
  /** What a person is to be asked; made anew whenever one of the two is compared. */
  match_questions: { one: string; other: string; score: number; why: string; reasons_json: string };
}
