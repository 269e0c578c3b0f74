/** Learning platforms that open records by LTI 1.3; in the subset that tables.ts names. */
export interface LtiTables {
  lti_platforms: {
    id: string;
    /** The school whose people come from it. */
    school_id: string;
    name: string;
    issuer: string;
    client_id: string;
    /** [deployment id] */
    deployments_json: string;
    authorization_endpoint: string;
    token_endpoint: string;
    jwks_url: string;
    /** Where its pages are, when that is another origin than its issuer and its endpoints. */
    site: string | null;
    /** Whom nobody knows yet: gets an account at once, or signs in once to be linked to their own. */
    strangers: 'make' | 'link';
    /** Whether its instructors are teachers here. */
    trusts_teachers: number;
    /** Whether accounts of pupils bear their names. */
    keeps_names: number;
    created_at: string;
    updated_at: string;
  };
  lti_people: {
    platform_id: string;
    /** `sub` of its messages. */
    subject: string;
    person_id: string;
    /** The role that the account was made with at a launch; null: the account was there before. */
    made_as: string | null;
    created_at: string;
  };
  /** What is under way and may be used once or for an hour; see server/lti/tickets.ts. */
  lti_tickets: {
    /** SHA-256 of the secret that names it. */
    id: string;
    kind: 'login' | 'link' | 'choice' | 'registration';
    platform_id: string | null;
    person_id: string | null;
    holds_json: string;
    expires_at: string;
  };
  /** Ours, to sign with: the newest signs, the one before it is still published. */
  lti_keys: {
    kid: string;
    /** A private JWK. */
    private_json: string;
    created_at: string;
  };
}
