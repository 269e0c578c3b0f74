import { learn } from './language.svelte.ts';

// What imports this is shown when its sentences are there.
await learn({
  vi: async () => (await import('../messages/vi-platforms.ts')).viPlatforms,
  en: async () => (await import('../messages/en-platforms.ts')).enPlatforms,
});
