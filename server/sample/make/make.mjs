/** Makes everything in ../files again, or only what is named: node server/sample/make/make.mjs [poem|scan|prints|docx|epub|map|letters|video|sound]… */
import { makeFonts, withBrowser } from './browser.mjs';
import { makeDocx } from './docx.mjs';
import { makeEpub } from './epub.mjs';
import { makeLetters } from './letters.mjs';
import { makeMap } from './map.mjs';
import { makePoem } from './poem.mjs';
import { makePrints } from './print.mjs';
import { makeScan } from './scan.mjs';
import { makeSound } from './sound.mjs';
import { makeVideo } from './video.mjs';

const makers = {
  poem: makePoem,
  scan: makeScan,
  prints: makePrints,
  docx: makeDocx,
  epub: makeEpub,
  map: makeMap,
  letters: makeLetters,
  video: makeVideo,
  sound: makeSound,
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(makers);
const unknown = wanted.filter((name) => !(name in makers));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(makers).join(', ')}`);
makeFonts();
await withBrowser(async (browser) => {
  for (const name of wanted) await makers[name](browser);
});
