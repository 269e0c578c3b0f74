import { evenness, type GreyPage, type PaperLight, paperLight } from './grey-page.ts';
import { letterHeight } from './letter-height.ts';
import { skewOf } from './page-skew.ts';

export type QuarterTurn = 0 | 90 | 180 | 270;

/** What is done to a page before its text is recognised, in this order. */
export interface CleanUpPlan {
  /** The light of the paper, which each pixel is divided by, and what is between ink and paper is spread out. */
  light: PaperLight | null;
  /** Sigma of the sharpening, in pixels; 0 for none. */
  sharpen: number;
  scale: number;
  /** Clockwise. */
  degrees: number;
  turn: QuarterTurn;
}

/** What was done, for mapping boxes back; width and height are of the cleaned image. */
export interface CleanedSize extends Pick<CleanUpPlan, 'scale' | 'degrees' | 'turn'> {
  width: number;
  height: number;
}

/** Width of the small copy of the page that flaws are looked for on. */
export const examinedWidth = 840;

// Each limit stands where the pages of the bench begin to gain; below it tesseract does as well alone, at no cost.
const darkShadow = 0.75;
const fewestDegrees = 1;
const plainLines = 1.5;
/** Small letters below so many pixels are read better twice as large; wider images than this are not made larger. */
const fewestRows = 10;
const widestScaled = 1700;

/** What would help a page, from a small grey copy of it; null where it needs nothing, as most scans do. */
export function planCleanUp(small: GreyPage, width: number): CleanUpPlan | null {
  const light = paperLight(small);
  const skew = skewOf(small, light);
  const { mid, faint } = tonesOf(small, light);
  const blurred = mid > 5;
  const bleeding = mid > 1.35 && faint > 2.5 && !blurred;
  const degrees = Math.abs(skew.degrees) >= fewestDegrees && skew.plain >= plainLines ? -skew.degrees : 0;
  const letters = width < widestScaled ? letterHeight(small, light) : null;
  const tiny = letters !== null && (letters * width) / small.width < fewestRows;
  const plan: CleanUpPlan = {
    light: evenness(light) < darkShadow || bleeding ? light : null,
    sharpen: blurred ? 1.5 : 0,
    scale: tiny ? 2 : 1,
    degrees,
    turn: 0,
  };
  return plan.light || plan.sharpen || plan.scale !== 1 || plan.degrees ? plan : null;
}

export const turnOnly = (turn: QuarterTurn): CleanUpPlan => ({ light: null, sharpen: 0, scale: 1, degrees: 0, turn });

/** Pixels between ink and paper, and just short of paper, for each pixel of ink. A sharp page has less than one of each. */
function tonesOf(page: GreyPage, light: PaperLight): { mid: number; faint: number } {
  let [ink, mid, faint] = [1, 0, 0];
  for (let y = 0, at = 0; y < page.height; y++) {
    const row = Math.floor((y / page.height) * light.rows) * light.columns;
    for (let x = 0; x < page.width; x++, at++) {
      const paper = light.levels[row + Math.floor((x / page.width) * light.columns)] as number;
      const share = (page.pixels[at] as number) / paper;
      if (share < 0.45) ink++;
      else if (share < 0.7) mid++;
      else if (share < 0.88) faint++;
    }
  }
  return { mid: mid / ink, faint: faint / ink };
}

type Box = [x: number, y: number, w: number, h: number];

/** A box on the cleaned image as the smallest upright one around it on the page as it is, which is `page` in size. */
export function boxOnPage(box: Box, cleaned: CleanedSize, page: { width: number; height: number }): Box {
  const [x, y, w, h] = box;
  const corners = [x, x + w].flatMap((left) => [y, y + h].map((top) => pointOnPage(left, top, cleaned, page)));
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const xs = corners.map(([left]) => within(left, page.width));
  const ys = corners.map(([, top]) => within(top, page.height));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

function pointOnPage(
  x: number,
  y: number,
  cleaned: CleanedSize,
  page: { width: number; height: number },
): [number, number] {
  const angle = ((cleaned.degrees + cleaned.turn) * Math.PI) / 180;
  const [dx, dy] = [x - cleaned.width / 2, y - cleaned.height / 2];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    page.width / 2 + (dx * cos + dy * sin) / cleaned.scale,
    page.height / 2 + (dy * cos - dx * sin) / cleaned.scale,
  ];
}
