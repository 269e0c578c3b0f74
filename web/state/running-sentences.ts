import { learn } from './language.svelte.ts';

// As more-sentences.ts.
await learn({
  vi: async () => (await import('../messages/vi-running.ts')).viRunning,
  en: async () => (await import('../messages/en-running.ts')).enRunning,
});
