import type { GreyPage, PaperLight } from './grey-page.ts';

const mostDegrees = 12;
const mostEdges = 60_000;

/**
 * Degrees by which the lines of print fall to the right (clockwise positive), and how plain it is: the best angle's
 * score over the middle one's, from 1. Lines stand out as steps in the count of letters' feet along them.
 */
export function skewOf(page: GreyPage, light: PaperLight): { degrees: number; plain: number } {
  const { width, height, pixels } = page;
  const feet: number[] = [];
  const margin = Math.round(width * 0.02);
  for (let y = margin; y < height - 1 - margin; y++) {
    const row = Math.min(light.rows - 1, Math.floor((y / height) * light.rows)) * light.columns;
    for (let x = margin; x < width - margin; x++) {
      const paper = light.levels[row + Math.floor((x / width) * light.columns)] as number;
      const here = pixels[y * width + x] as number;
      if (here < paper * 0.62 && (pixels[(y + 1) * width + x] as number) >= paper * 0.62) feet.push(x, y);
    }
  }
  const step = Math.max(1, Math.ceil(feet.length / 2 / mostEdges)) * 2;
  const counts = new Uint32Array(height + 2 * Math.ceil(width * Math.tan((mostDegrees * Math.PI) / 180)) + 4);
  const base = (counts.length - height) >> 1;
  const score = (degrees: number): number => {
    counts.fill(0);
    const slope = Math.tan((degrees * Math.PI) / 180);
    for (let at = 0; at + 1 < feet.length; at += step)
      (counts[base + Math.round((feet[at + 1] as number) - slope * ((feet[at] as number) - width / 2))] as number)++;
    let sum = 0;
    for (const count of counts) sum += count * count;
    return sum;
  };
  const scores: [number, number][] = [];
  for (let degrees = -mostDegrees; degrees <= mostDegrees; degrees += 0.5) scores.push([degrees, score(degrees)]);
  const middle = scores.map(([, value]) => value).sort((a, b) => a - b)[scores.length >> 1] as number;
  let best = scores.reduce((a, b) => (b[1] > a[1] ? b : a));
  for (const fine of [0.25, 0.1])
    for (const degrees of [best[0] - fine, best[0] + fine]) {
      const value = score(degrees);
      if (value > best[1]) best = [degrees, value];
    }
  return { degrees: Math.round(best[0] * 100) / 100, plain: middle > 0 ? best[1] / middle : 1 };
}
