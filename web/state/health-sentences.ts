import { learn } from './language.svelte.ts';

// What imports this is shown when its sentences are there.
await learn({
  vi: async () => (await import('../messages/vi-health.ts')).viHealth,
  en: async () => (await import('../messages/en-health.ts')).enHealth,
});
