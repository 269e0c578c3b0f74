import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of programs that make ingest faster; null where there is none. None of them is needed. */
export interface Tools {
  pdftotext: string | null;
  pdfimages: string | null;
  pdftoppm: string | null;
  tesseract: { path: string; languages: string[] } | null;
  /** The environment of every process that reads strangers' bytes. */
  environment: Record<string, string>;
}

export const noTools: Readonly<Tools> = Object.freeze({
  pdftotext: null,
  pdfimages: null,
  pdftoppm: null,
  tesseract: null,
  environment: {},
});

const run = promisify(execFile);

async function onPath(name: string, path: string): Promise<string | null> {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const candidate = join(folder, name + ending);
      if (
        await access(candidate, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return candidate;
    }
  }
  return null;
}

/** What such a process needs: where programs and temporary files are. No settings, no secrets. */
const passedOn = ['HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH', 'TESSDATA_PREFIX'];

/**
 * Looks along `path` (the value of PATH) for poppler and tesseract; `hidden` answers as if there were none.
 * Of `environment` (process.env) only what programs need is passed on to them.
 */
export async function findTools(
  path: string,
  options: { hidden?: boolean; environment?: Record<string, string | undefined> } = {},
): Promise<Tools> {
  const environment: Record<string, string> = { PATH: path };
  for (const name of passedOn) {
    const value = options.environment?.[name];
    if (value !== undefined) environment[name] = value;
  }
  if (options.hidden) return { ...noTools, environment };
  const [pdftotext, pdfimages, pdftoppm, tesseract] = await Promise.all(
    ['pdftotext', 'pdfimages', 'pdftoppm', 'tesseract'].map((name) => onPath(name, path)),
  );
  return {
    pdftotext: pdftotext ?? null,
    pdfimages: pdfimages ?? null,
    pdftoppm: pdftoppm ?? null,
    tesseract: tesseract ? await languagesOf(tesseract) : null,
    environment,
  };
}

/** A tesseract that does not start, or knows no language, is none. */
async function languagesOf(path: string): Promise<Tools['tesseract']> {
  const listed = await run(path, ['--list-langs'], { timeout: 10_000 }).catch(() => null);
  if (!listed) return null;
  const languages = `${listed.stdout}\n${listed.stderr}`
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^[A-Za-z_]+(\/[A-Za-z_]+)?$/.test(line) && line !== 'osd');
  return languages.length ? { path, languages } : null;
}
