import type { OutboundCode } from '../../outbound/guarded-fetch.ts';

/** Why a source gave nothing; each is a code of server/errors.ts with a sentence for people. */
export type HarvestCode =
  | 'source-address-refused'
  | 'source-unreachable'
  | 'source-too-slow'
  | 'source-too-large'
  | 'source-redirects'
  | 'source-not-oai'
  | 'source-answers-error'
  | 'source-busy'
  | 'source-cut'
  | 'source-format-gone'
  | 'source-token-broken'
  | 'source-token-loops';

/** What the way there has to say. */
export const harvestCodes: Record<OutboundCode, HarvestCode> = {
  refused: 'source-address-refused',
  unreachable: 'source-unreachable',
  'too-slow': 'source-too-slow',
  'too-large': 'source-too-large',
  redirects: 'source-redirects',
  damaged: 'source-cut',
};

/** A source did not answer as it should. Nothing of ours is at fault, and another time it may. */
export class HarvestFault extends Error {
  constructor(
    readonly code: HarvestCode,
    readonly params: Record<string, string | number> = {},
    /** What it asked us to wait, in milliseconds; null: it did not say. */
    readonly waitMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'HarvestFault';
  }
}
