import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Metadata } from '../../storage/metadata/database.ts';
import { forgetUpload, type UploadRow, uploadById } from '../../storage/metadata/files.ts';
import type { Staging } from './staging.ts';
import type { UploadClaim } from './upload-claims.ts';

/** What tus reads and writes: of an upload the row is the truth, of its bytes the staging. */
export class UploadStore extends DataStore {
  readonly #metadata: Metadata;
  readonly #staging: Staging;
  readonly #claimOf: (uploadId: string) => UploadClaim | undefined;

  /** `claimOf`: the claim under which this process moves bytes of an upload at the moment. */
  constructor(metadata: Metadata, staging: Staging, claimOf: (uploadId: string) => UploadClaim | undefined) {
    super();
    this.#metadata = metadata;
    this.#staging = staging;
    this.#claimOf = claimOf;
    // Not creation-defer-length: no browser needs it, and room is asked for before the first byte.
    this.extensions = ['creation', 'creation-with-upload', 'termination'];
  }

  async #row(id: string): Promise<UploadRow & { size: number }> {
    const row = await uploadById(this.#metadata.queries, id);
    if (!row || row.state !== 'receiving' || row.size === null) throw ERRORS.FILE_NOT_FOUND;
    return { ...row, size: Number(row.size) };
  }

  override async getUpload(id: string): Promise<Upload> {
    const { size, params_json, created_at } = await this.#row(id);
    const metadata = JSON.parse(params_json) as Record<string, string>;
    return new Upload({ id, size, offset: await this.#staging.received(id), metadata, creation_date: created_at });
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const { size } = await this.#row(id);
    const claim = this.#claimOf(id);
    if (!claim) throw new Error('bytes moved without a claim');
    // Destroying what tus gave would tell it that the browser had gone, and not why we stopped.
    const source = readable.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    return this.#staging.write(id, { offset, most: size - offset }, source, claim.keep);
  }

  override async remove(id: string): Promise<void> {
    await this.#row(id);
    await this.#staging.remove(id);
    // Before the answer: whoever has it may ask at once, at another process.
    await forgetUpload(this.#metadata.queries, id);
  }
}
