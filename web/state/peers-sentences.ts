import { learn } from './language.svelte.ts';

// What imports this is shown when its sentences are there.
await learn({
  vi: async () => (await import('../messages/vi-peers.ts')).viPeers,
  en: async () => (await import('../messages/en-peers.ts')).enPeers,
});
