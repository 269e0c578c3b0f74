/** Exchange with other installations; in the subset that tables.ts names. */
export interface PeerTables {
  /** Other installations, also those that are no longer exchanged with. */
  peers: {
    /** As it calls itself: an id that it keeps, whatever its address and keys. */
    id: string;
    name: string;
    /** Where it is reached, without a slash at the end. */
    address: string;
    /** `left`: it has gone; `revoked`: we do not believe its key any more. */
    state: 'active' | 'left' | 'revoked';
    /** Ed25519, 32 bytes in base64url. */
    public_key: string;
    /** The one before, for a change of key that is told twice. */
    former_key: string | null;
    /** Our public key that it believes. */
    knows_key: string;
    /** Its last signed request, and ours that it answered. */
    heard_at: string | null;
    reached_at: string | null;
    /** One after the other, the last reason, and when to try again. */
    failures: number;
    code: string | null;
    retry_at: string | null;
    created_by: string | null;
    created_at: string;
    ended_at: string | null;
  };
  peer_invitations: {
    id: string;
    school_id: string;
    /** SHA-256 of the code in hexadecimal. */
    code_hash: string;
    created_by: string;
    expires_at: string;
    /** Whoever used it. */
    peer_id: string | null;
  };
  /** Of signed requests that were accepted, for as long as their clock lets them be sent again. */
  peer_nonces: { peer_id: string; nonce: string; at: string };
  /** To be told to a peer, in the order of their ids, until it has heard. */
  peer_messages: {
    id: string;
    peer_id: string;
    /** A newer message of the same key takes the place of the older one. */
    key: string;
    message_json: string;
    at: string;
  };
  /** Files of peers that are, or are to be, held here too. */
  peer_copies: {
    id: string;
    record_id: string;
    /** Its file id at the peer. */
    remote_id: string;
    state: 'wanted' | 'held' | 'failed';
    /** So far. */
    bytes: number;
    /** Ours, once it is whole. */
    file_id: string | null;
    code: string | null;
    asked_by: string | null;
    at: string;
  };
  /** Corrections: `out` of ours to a peer's record, `in` of a peer to a record of ours. */
  peer_proposals: {
    id: string;
    peer_id: string;
    direction: 'in' | 'out';
    /** Of our row in either case. */
    record_id: string;
    /** [{field, before, after}] */
    changes_json: string;
    note: string;
    state: 'open' | 'accepted' | 'refused';
    /** Why it was refused. */
    answer: string;
    created_by: string | null;
    created_at: string;
    decided_by: string | null;
    decided_at: string | null;
  };
  /** Peers that say that a record of ours which was withdrawn, and its copies, are gone there. */
  withdrawal_confirmations: { record_id: string; peer_id: string; copies: number; at: string };
}
