import { resolve } from 'node:path';
import { projectRoot } from '../support/source-files.ts';

/** Real files that are not part of the project: CORPUS_DIR, or beside it. */
export const corpus = resolve(projectRoot, process.env['CORPUS_DIR'] ?? '../shared/data');
