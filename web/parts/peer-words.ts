import { tFor } from '../state/language.svelte.ts';
import { sentenceOfCode } from '../state/sentences.ts';

/** Why another library could not be asked or told something, shortly where it is simply away; `name`: what it is called here. */
export const whyNot = (code: string, name: string): string =>
  tFor(`peers.why.${code}`, sentenceOfCode(code, { host: name }));
