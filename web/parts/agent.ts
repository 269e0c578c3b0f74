import type { Description } from '../../server/contract/record.ts';

export type Agent = Description['agents'][number];
export type Identifier = Description['identifiers'][number];
