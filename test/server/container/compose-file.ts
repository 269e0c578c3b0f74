import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../support/source-files.ts';

export interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string };
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test?: string[]; disable?: boolean; interval?: string; timeout?: string; retries?: number };
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  deploy?: { replicas?: number | string; resources?: { limits?: { memory?: string } } };
  ports?: string[];
  profiles?: string[];
  networks?: string[];
  tmpfs?: string[];
  volumes?: (string | { type: string; source: string; target: string; volume?: { nocopy?: boolean } })[];
  group_add?: string[];
}

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean }>;
}

export const composeText = (): string => readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');

/** docker-compose.yml with its anchors resolved and nothing filled in from the environment. */
export const composeFile = (): ComposeFile => parse(composeText(), { merge: true }) as ComposeFile;

/** As Compose fills in `${NAME:-default}`, nested too, and `$$`. */
export function filledIn(text: string, environment: Record<string, string> = {}): string {
  let filled = text.replaceAll('$$', '\0');
  for (let before = ''; before !== filled; ) {
    before = filled;
    filled = filled.replace(/\$\{([A-Z_]+)(?::-([^${}]*))?\}/g, (_, name: string, otherwise?: string) => environment[name] || (otherwise ?? ''));
  }
  return filled.replaceAll('\0', '$');
}

/** Where a volume of the file is mounted in a service: [name of the volume or null, path]. */
export function mountsOf(service: ComposeService): { source: string | null; target: string; readOnly: boolean }[] {
  return (service.volumes ?? []).map((volume) => {
    if (typeof volume !== 'string') return { source: volume.source, target: volume.target, readOnly: false };
    const [source, target, mode] = volume.split(':');
    return target === undefined ? { source: null, target: source!, readOnly: false } : { source: source!, target, readOnly: mode === 'ro' };
  });
}

export const fileOfCompose = (path: string): boolean => existsSync(join(projectRoot, path));
