import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Files of the project as paths from its root: what git tracks and what it would track. */
export function sourceFiles(): string[] {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: projectRoot, encoding: 'utf8' });
  const files = [...new Set(out.split('\0').filter((file) => file && existsSync(`${projectRoot}/${file}`)))];
  if (files.length < 50) throw new Error('git listed almost nothing');
  return files;
}
