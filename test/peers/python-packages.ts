import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { need } from '../support/need.ts';
import { projectRoot } from '../support/source-files.ts';

const run = promisify(execFile);

/**
 * A python that has these packages (as pip names them, with their versions): that of PEERS_PYTHON, else one of our own under .cache, into
 * which they are installed when they are missing. Skips where there is no python or no registry.
 */
export async function pythonWith(context: Mocha.Context, packages: string[]): Promise<string> {
  const given = process.env['PEERS_PYTHON'];
  if (given) return given;
  const folder = join(projectRoot, '.cache', 'peers');
  const python = join(folder, 'bin', 'python');
  const has = async (): Promise<boolean> => {
    if (!existsSync(python)) return false;
    const { stdout } = await run(python, ['-m', 'pip', 'freeze']);
    const installed = stdout.toLowerCase().split('\n');
    return packages.every((one) => installed.includes(one.toLowerCase()));
  };
  let missing = '';
  if (!(await has())) {
    await run('python3', ['-m', 'venv', folder])
      .then(() => run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]))
      .catch((error: Error) => (missing = error.message.split('\n')[0]!));
  }
  need(context, await has(), `python3 with ${packages.join(', ')}${missing && `: ${missing}`}`);
  return python;
}
