import { learn } from './language.svelte.ts';

// What imports this is shown when its sentences are there.
await learn({
  vi: async () => (await import('../messages/vi-sources.ts')).viSources,
  en: async () => (await import('../messages/en-sources.ts')).enSources,
});
