/** The letters a, ă, â read aloud by a synthetic voice (Debian espeak-ng), with rests for the class to repeat. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { out } from './browser.mjs';

const lines = ['Bé đọc theo cô nhé.', 'a.', 'con cá.', 'á.', 'ông trăng.', 'ớ.', 'cái cân.', 'Bé giỏi lắm.'];
const rest = 1.1;

export function makeSound() {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-sound-'));
  try {
    const inputs = lines.flatMap((line, i) => {
      const wav = join(folder, `${i}.wav`);
      execFileSync('espeak-ng', ['-v', 'vi', '-s', '105', '-p', '62', '-w', wav, line]);
      return ['-i', wav];
    });
    const padded = lines.map((_, i) => `[${i}:a]apad=pad_dur=${rest}[p${i}]`).join(';');
    const joined = `${padded};${lines.map((_, i) => `[p${i}]`).join('')}concat=n=${lines.length}:v=0:a=1[all]`;
    const mp3 = [
      '-map',
      '[all]',
      '-ac',
      '1',
      '-c:a',
      'libmp3lame',
      '-b:a',
      '48k',
      '-metadata',
      'title=Đọc chữ a, ă, â',
    ];
    execFileSync('ffmpeg', [
      '-y',
      '-loglevel',
      'error',
      ...inputs,
      '-filter_complex',
      joined,
      ...mp3,
      join(out, 'doc-chu-a.mp3'),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
