import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const flag = z.enum(['0', '1']).default('0').transform((value) => value === '1');
/** An address of a server with its secrets; what is wrong with one is said without repeating it. */
const serverAddress = (schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.some((scheme) => value.startsWith(`${scheme}://`)), { error: `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}` })
    .optional();

const megabytes = z.coerce.number().positive().transform((value) => Math.round(value * 1024 * 1024));

/** Settings that hold a secret: each can also be given as a file that holds it, under its name and _FILE. */
const secretSettings = ['DATABASE_URL', 'OBJECT_STORE_URL', 'SEARCH_URL', 'SMTP_URL', 'METRICS_TOKEN'] as const;
const file = z.string().optional();

/** Every setting of the product. The README's table is checked against these names by a test. */
export const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  /** Not set: every address of the machine, IPv6 where it has it. */
  HOST: z.string().optional(),
  DATA_DIR: z.string().default('./data'),
  /** Rows in PostgreSQL instead of SQLite in the data folder. */
  DATABASE_URL: serverAddress(['postgres', 'postgresql']),
  /** Objects in an S3 store instead of the data folder: s3+http://key:secret@host:port/bucket[/prefix]. */
  OBJECT_STORE_URL: serverAddress(['s3+http', 's3+https']),
  /** Search by Meilisearch instead of the embedded engine: meilisearch+http://:masterkey@host:port[/prefix]. */
  SEARCH_URL: serverAddress(['meilisearch+http', 'meilisearch+https']),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: z.string().default(''),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Tủ Sách <tusach@localhost>'),
  /** Whom other repositories write to; the address of MAIL_FROM when not set. */
  ADMIN_EMAIL: z.email().optional(),
  UPLOAD_MAX_MB: megabytes.prefault(4096),
  INBOX_DIR: z.string().optional(),
  INGEST_AT_ONCE: z.coerce.number().int().min(1).max(32).default(1),
  /** Processes that recognise text at the same time; as many as there are cores, when not set. */
  OCR_PROCESSES: z.coerce.number().int().min(1).max(64).optional(),
  INGEST_PAGE_SECONDS: z.coerce.number().positive().default(120),
  INGEST_DOCUMENT_MINUTES: z.coerce.number().positive().default(240),
  INGEST_MEMORY_MB: megabytes.prefault(1536),
  /** Whoever sends it as a bearer token may read /metrics; administrators may without. */
  METRICS_TOKEN: z.string().regex(/^[\x21-\x7e]{16,200}$/, { error: '16 to 200 letters, digits and signs without spaces' }).optional(),
  /** 0: which words are searched for is not counted, and what was counted is forgotten. */
  COUNT_QUERIES: z.enum(['0', '1']).default('1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
  DATABASE_URL_FILE: file,
  OBJECT_STORE_URL_FILE: file,
  SEARCH_URL_FILE: file,
  SMTP_URL_FILE: file,
  METRICS_TOKEN_FILE: file,
  /** Behaves as if poppler and tesseract were not installed. */
  TU_SACH_HIDE_TOOLS: flag,
});

export interface Config {
  port: number;
  host: string | undefined;
  folder: string;
  databaseUrl: string | null;
  objectStoreUrl: string | null;
  searchUrl: string | null;
  publicUrl: string;
  /** False when publicUrl is only a guess from the port. */
  publicUrlGiven: boolean;
  trustProxy: string;
  tls: { cert: string; key: string } | null;
  mail: { smtp: string; from: string } | null;
  adminEmail: string;
  uploadMaxBytes: number;
  inbox: string;
  ingest: { atOnce: number; pageSeconds: number; documentSeconds: number; memoryBytes: number; recognitionProcesses: number; hideTools: boolean };
  metricsToken: string | null;
  /** Whether what many people ask for is counted, for suggestions. */
  countQueries: boolean;
  logLevel: string;
}

/** The settings could not be read; `faults` names each one. */
export class ConfigFault extends Error {
  constructor(readonly faults: string[]) {
    super(`settings that cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigFault';
  }
}

/** Reads the environment once. Throws ConfigFault with all faults together. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const { given, faults } = withSecretsFromFiles(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')));
  const parsed = settings.safeParse(given);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  if (!parsed.success || faults.length > 0) throw new ConfigFault(faults);
  const env = parsed.data;
  if (Boolean(env.TLS_CERT) !== Boolean(env.TLS_KEY)) throw new ConfigFault(['TLS_CERT and TLS_KEY: set both or neither']);
  const folder = resolve(env.DATA_DIR);
  const scheme = env.TLS_CERT ? 'https' : 'http';
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    folder,
    databaseUrl: env.DATABASE_URL ?? null,
    objectStoreUrl: env.OBJECT_STORE_URL ?? null,
    searchUrl: env.SEARCH_URL ?? null,
    publicUrl: (env.PUBLIC_URL ?? `${scheme}://localhost:${env.PORT}`).replace(/\/+$/, ''),
    publicUrlGiven: env.PUBLIC_URL !== undefined,
    trustProxy: env.TRUST_PROXY,
    tls: env.TLS_CERT && env.TLS_KEY ? { cert: env.TLS_CERT, key: env.TLS_KEY } : null,
    mail: env.SMTP_URL ? { smtp: env.SMTP_URL, from: env.MAIL_FROM } : null,
    adminEmail: env.ADMIN_EMAIL ?? /[^\s<>]+@[^\s<>]+/.exec(env.MAIL_FROM)?.[0] ?? 'tusach@localhost',
    uploadMaxBytes: env.UPLOAD_MAX_MB,
    inbox: resolve(env.INBOX_DIR ?? join(folder, 'inbox')),
    ingest: {
      atOnce: env.INGEST_AT_ONCE,
      pageSeconds: env.INGEST_PAGE_SECONDS,
      documentSeconds: env.INGEST_DOCUMENT_MINUTES * 60,
      memoryBytes: env.INGEST_MEMORY_MB,
      recognitionProcesses: env.OCR_PROCESSES ?? Math.max(1, Math.min(4, availableParallelism())),
      hideTools: env.TU_SACH_HIDE_TOOLS,
    },
    metricsToken: env.METRICS_TOKEN ?? null,
    countQueries: env.COUNT_QUERIES === '1',
    logLevel: env.LOG_LEVEL,
  });
}

/** readConfig for a process that cannot start without it: says what is wrong and ends. */
export function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** Secrets that are given as files, read; a file ends with a new line or not. */
function withSecretsFromFiles(given: NodeJS.ProcessEnv): { given: NodeJS.ProcessEnv; faults: string[] } {
  const read = { ...given };
  const faults: string[] = [];
  for (const name of secretSettings) {
    const path = given[`${name}_FILE`];
    if (!path) continue;
    if (given[name]) {
      faults.push(`${name} and ${name}_FILE: set one of them`);
      continue;
    }
    try {
      const value = readFileSync(path, 'utf8').trim();
      if (value === '') faults.push(`${name}_FILE: ${path} is empty`);
      else read[name] = value;
    } catch (error) {
      faults.push(`${name}_FILE: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return { given: read, faults };
}
