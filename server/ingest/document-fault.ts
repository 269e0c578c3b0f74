import type { RefusalCode } from '../errors.ts';

/** Why a document, or one page of it, cannot be read: a permanent code and what fills its sentence. */
export class DocumentFault extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly params: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'DocumentFault';
  }
}
