/**
 * The closed table of permanent public error codes and their HTTP status. A code, once released, keeps its meaning.
 * web/messages has a sentence for each in every language; a test holds that.
 */
export const refusalStatus = {
  // asking
  'not-found': 404,
  'not-valid': 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'csrf-mismatch': 403,
  'too-many-requests': 429,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'range-not-satisfiable': 416,
  'internal-error': 500,
  'search-unavailable': 503,
  /** The index is damaged or of another version, and is being built anew. */
  'search-rebuilding': 503,
  'saved-searches-full': 409,
  'storage-unavailable': 503,
  'database-unavailable': 503,
  'storage-full': 507,
  // set-up and people
  'already-set-up': 409,
  'not-set-up': 409,
  'sign-in-failed': 401,
  'sign-in-throttled': 429,
  'account-disabled': 403,
  'password-wrong': 403,
  'password-too-common': 400,
  'password-must-change': 403,
  'username-taken': 409,
  'last-administrator': 409,
  'reset-token-invalid': 400,
  'mail-not-configured': 409,
  // records
  'record-not-found': 404,
  'record-withdrawn': 410,
  'record-deleted': 410,
  'record-not-publishable': 409,
  'record-state-wrong': 409,
  'version-conflict': 409,
  'term-unknown': 400,
  'scope-too-wide': 400,
  'link-only-licence': 409,
  'nothing-to-undo': 409,
  // files
  'file-not-found': 404,
  'file-not-readable': 409,
  'page-not-found': 404,
  'page-not-ready': 404,
  'download-not-licensed': 403,
  'upload-not-found': 404,
  'upload-too-large': 413,
  'upload-offset-wrong': 409,
  'file-empty': 422,
  'already-held': 409,
  // reading a document (also outcomes of ingest)
  'document-damaged': 422,
  /** Soft: read all the same, with what could be saved. */
  'document-repaired': 422,
  'document-text-only': 422,
  'document-has-no-pages': 422,
  'document-too-many-pages': 422,
  'document-needs-password': 422,
  'document-password-wrong': 422,
  'document-too-slow': 422,
  'document-too-much-memory': 422,
  'document-process-died': 422,
  'image-too-large': 422,
  'image-damaged': 422,
  'archive-damaged': 422,
  'archive-unsafe-name': 422,
  'archive-too-large': 422,
  'archive-too-many-entries': 422,
  'archive-nested-too-deep': 422,
  'archive-encrypted': 422,
  'archive-without-images': 422,
  'text-encoding-unknown': 422,
  'text-recognition-failed': 422,
  'format-not-read': 422,
  // other catalogues (also outcomes of a harvest)
  'source-not-found': 404,
  'source-already-held': 409,
  'source-address-refused': 422,
  'source-unreachable': 422,
  'source-too-slow': 422,
  'source-too-large': 422,
  'source-redirects': 422,
  'source-not-oai': 422,
  'source-answers-error': 422,
  'source-busy': 422,
  'source-cut': 422,
  'source-format-gone': 422,
  'source-token-broken': 422,
  'source-token-loops': 422,
  /** Soft: most of its records were not told any more, and are kept. */
  'source-mostly-gone': 422,
  // other installations
  'decision-not-found': 404,
  'peer-not-found': 404,
  'peer-is-self': 422,
  'peer-code-wrong': 422,
  'peer-code-refused': 403,
  'peer-signature-wrong': 401,
  'peer-unknown': 401,
  'peer-clock-wrong': 401,
  'peer-ended': 403,
  'peer-replayed': 401,
  'peer-answers-error': 422,
  'copy-not-allowed': 403,
  'copy-damaged': 422,
  'proposal-not-found': 404,
  'proposal-outdated': 409,
  'proposal-says-nothing': 422,
  // learning platforms
  'platform-not-found': 404,
  'platform-already-known': 409,
  'platform-issuer-fixed': 409,
  'platform-keys-refused': 422,
  'platform-keys-unread': 422,
  'choice-gone': 410,
  // IIIF
  'image-request-invalid': 400,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/** A no that the asker can understand and act on. Everything else thrown is a fault of ours: 500 with a request id. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly params: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'Refusal';
  }
  get status(): number {
    return refusalStatus[this.code];
  }
}
