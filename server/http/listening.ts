/**
 * Options of the HTTP server. A query may hold 10,000 letters (contract/search.ts), and a letter of Vietnamese takes up to nine bytes in an
 * address; Node stops at 16 KB of headers otherwise, with a 431 that no page can explain.
 */
export const serverOptions = { maxHeaderSize: 128 * 1024 } as const;
