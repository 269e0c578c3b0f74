import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { convertLegacyText } from '../../search/vietnamese/legacy-text.ts';
import { need } from '../support/need.ts';
import { corpus } from './place.ts';

describe('real texts in Unicode', function () {
  this.timeout(60_000);
  for (const name of [
    'installation-guide.vi.txt',
    'maint-guide.vi.txt',
    'truyen_kieu.txt',
    'libreoffice-help-vi.jsonl.gz',
    'manpages-vi.jsonl.gz',
  ]) {
    it(`nothing is taken for an old encoding: ${name}`, async function () {
      const path = join(corpus, 'text', name);
      need(this, existsSync(path), 'corpus');
      const bytes = await readFile(path);
      const lines = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
        .toString('utf8')
        .replaceAll('\\n', '\n')
        .split('\n');
      let pages = 0;
      for (let at = 0; at < lines.length; at += 40, pages++) {
        const text = lines.slice(at, at + 40).join('\n');
        expect(convertLegacyText(text)?.text, `line ${at}`).to.equal(undefined);
      }
      expect(pages).to.be.greaterThan(20);
    });
  }
});
