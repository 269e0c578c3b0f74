import { learn } from './language.svelte.ts';

// As more-sentences.ts, for who connects learning platforms and who chooses for one.
await learn({
  vi: async () => (await import('../messages/vi-platforms.ts')).viPlatforms,
  en: async () => (await import('../messages/en-platforms.ts')).enPlatforms,
});
