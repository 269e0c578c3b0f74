import type { GreyPage, PaperLight } from './grey-page.ts';

/** Columns of ink longer than this are rules and pictures. */
const mostRows = 60;
/** Fewer columns of ink than this say nothing of the print. */
const enoughRuns = 500;
/** Most columns of ink are as high as a stroke is thick; the uppermost tenth begins where stems of small letters are. */
const stems = 0.9;

/** How many pixels high small letters stand on the page, about; null where there is too little print to tell. */
export function letterHeight(page: GreyPage, light: PaperLight): number | null {
  const counts = new Uint32Array(mostRows);
  let runs = 0;
  for (let x = 0; x < page.width; x++) {
    const column = Math.floor((x / page.width) * light.columns);
    let run = 0;
    for (let y = 0; y < page.height; y++) {
      const paper = light.levels[Math.floor((y / page.height) * light.rows) * light.columns + column] as number;
      if ((page.pixels[y * page.width + x] as number) < paper * 0.62) run++;
      else {
        if (run > 0 && run < mostRows) {
          (counts[run] as number)++;
          runs++;
        }
        run = 0;
      }
    }
  }
  if (runs < enoughRuns) return null;
  let sum = 0;
  for (let height = 0; height < mostRows; height++)
    if ((sum += counts[height] as number) >= runs * stems) return height;
  return mostRows;
}
