import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Writes a `.br` beside every text asset once, at the slowest setting, so that serving it costs a file read. */
function precompressed(): Plugin {
  const compress = promisify(brotliCompress);
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle() {
      const assets = join(root, 'dist', 'assets');
      const names = (await readdir(assets)).filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(
        names.map(async (name) => {
          const bytes = await readFile(join(assets, name));
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
          await writeFile(join(assets, `${name}.br`), await compress(bytes, { params }));
        }),
      );
    },
  };
}

export default defineConfig({
  root,
  base: '/',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } }), precompressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: scripts, styles or fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } }, // a slow machine is no fault to report at every start
  },
});
