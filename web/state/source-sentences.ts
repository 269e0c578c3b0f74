import { learn } from './language.svelte.ts';

// As more-sentences.ts.
await learn({
  vi: async () => (await import('../messages/vi-sources.ts')).viSources,
  en: async () => (await import('../messages/en-sources.ts')).enSources,
});
