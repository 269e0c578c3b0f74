import { expect } from 'chai';
import type { Answer, Visitor } from '../../support/app.ts';

/** Upload-Metadata as tus 1.0 writes it. */
export const metadataOf = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

const version = { 'tus-resumable': '1.0.0' };

/** The four requests of tus 1.0, written out: what is sent is what a test says, nothing a client library adds or repairs. */
export const tus = {
  create: (by: Visitor, size: number, metadata: Record<string, string>): Promise<Answer> =>
    by.ask('POST', '/api/uploads', undefined, { ...version, 'upload-length': String(size), 'upload-metadata': metadataOf(metadata) }),
  patch: (by: Visitor, address: string, offset: number, bytes: Uint8Array): Promise<Answer> =>
    by.ask('PATCH', address, bytes, { ...version, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }),
  head: (by: Visitor, address: string): Promise<Answer> => by.ask('HEAD', address, undefined, version),
  end: (by: Visitor, address: string): Promise<Answer> => by.ask('DELETE', address, undefined, version),
  outcome: async (by: Visitor, address: string) => (await by.get(`${address}/outcome`)).body,
};

export async function created(by: Visitor, size: number, metadata: Record<string, string>): Promise<string> {
  const answer = await tus.create(by, size, metadata);
  expect(answer.status, answer.text).to.equal(201);
  return answer.headers.get('location')!;
}

/** A whole upload in one piece; answers its outcome. */
export async function upload(by: Visitor, bytes: Uint8Array, metadata: Record<string, string>) {
  const address = await created(by, bytes.byteLength, metadata);
  if (bytes.byteLength > 0) {
    const sent = await tus.patch(by, address, 0, bytes);
    expect(sent.status, sent.text).to.equal(204);
  }
  return tus.outcome(by, address);
}
