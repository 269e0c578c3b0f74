import sharp, { type Sharp } from 'sharp';
import { seeded } from './search-bench-text.ts';

/**
 * What scanners and telephones of schools do to a page, made of a clean one. These recipes are the measure: they stood
 * before the clean-up did (server/ingest/images), and are not changed to suit it. The seed moves angles, places and
 * grain; how harsh a recipe is stays.
 */
export interface HarshRecipe {
  name: string;
  /** Needs a second page: bleed shows its back, two columns set it beside the first. */
  second: 'none' | 'back' | 'beside';
  spoil(page: Grey, seed: number, second: Grey | null): Promise<Grey>;
  /** Quality of the JPEG that is kept. */
  quality: number;
}

/** One byte a pixel, 0 black. */
export interface Grey {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));

export const openGrey = (image: Grey): Sharp =>
  sharp(image.pixels, { raw: { width: image.width, height: image.height, channels: 1 } });

export async function toGrey(image: Sharp): Promise<Grey> {
  const { data, info } = await image
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
}

/** Every pixel anew, from where it lies and what it was. */
function mapPixels(image: Grey, to: (value: number, x: number, y: number) => number): Grey {
  const pixels = new Uint8Array(image.pixels.length);
  for (let y = 0, at = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++, at++) pixels[at] = clamp(to(image.pixels[at] as number, x, y));
  return { ...image, pixels };
}

/** Light that falls off to one side, and the dark band of a book's fold at the left. */
function foldShadow(image: Grey, seed: number, depth: number): Grey {
  const random = seeded(seed);
  const reach = image.width * (0.22 + random() * 0.08);
  const tilt = (random() - 0.5) * 0.2;
  return mapPixels(image, (value, x, y) => {
    const from = x + tilt * y;
    const fold = 1 - depth * Math.exp(-((Math.max(0, from) / reach) ** 2));
    return value * fold * (1 - 0.25 * (y / image.height));
  });
}

/** The shadow of a hand and a telephone: an edge a few millimetres wide across the page. */
function handShadow(image: Grey, seed: number, dark: number): Grey {
  const random = seeded(seed);
  const angle = 0.5 + random() * 0.5;
  const [along, across] = [Math.cos(angle), Math.sin(angle)];
  const middle = (image.width * along + image.height * across) * (0.45 + random() * 0.1);
  const soft = 40 + random() * 20;
  return mapPixels(image, (value, x, y) => {
    const share = 1 / (1 + Math.exp(-(x * along + y * across - middle) / soft));
    return value * (1 - dark * share);
  });
}

/** Paper of `white`, ink of `ink` in place of white and black. */
const fade = (image: Grey, ink: number, white: number): Grey =>
  mapPixels(image, (value) => ink + (value / 255) * (white - ink));

function grain(image: Grey, seed: number, strength: number): Grey {
  const random = seeded(seed ^ 0x5bd1e995);
  return mapPixels(image, (value) => value + (random() + random() + random() + random() - 2) * strength);
}

const turn = (image: Grey, degrees: number, background: number): Promise<Grey> =>
  toGrey(openGrey(image).rotate(degrees, { background: { r: background, g: background, b: background } }));

const soften = (image: Grey, sigma: number): Promise<Grey> => toGrey(openGrey(image).blur(sigma));

const shrink = (image: Grey, share: number): Promise<Grey> =>
  toGrey(openGrey(image).resize({ width: Math.round(image.width * share), kernel: 'cubic' }));

/** The back of the leaf, seen through it: mirrored, soft and pale. */
async function bleedThrough(image: Grey, back: Grey, share: number): Promise<Grey> {
  const seen = await toGrey(
    openGrey(await soften(back, 1.5))
      .flop()
      .resize({ width: image.width, height: image.height, fit: 'fill' }),
  );
  return mapPixels(image, (value, x, y) => {
    const through = 255 - (seen.pixels[y * image.width + x] as number);
    return value - through * share;
  });
}

/** The part of a page that is printed on, with a margin of a few pixels. */
async function printedPart(page: Grey): Promise<Grey> {
  const { width, height, pixels } = page;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 20; y < height - 20; y++)
    for (let x = 20; x < width - 20; x++) {
      if ((pixels[y * width + x] as number) > 100) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  const [x, y] = [Math.max(0, left - 6), Math.max(0, top - 6)];
  const size = {
    left: x,
    top: y,
    width: Math.min(width - x, right - x + 7),
    height: Math.min(height - y, bottom - y + 7),
  };
  return toGrey(openGrey(page).extract(size));
}

/** Both pages' print as two columns of one sheet, `gap` pixels apart. */
async function twoColumns(first: Grey, second: Grey, gap: number): Promise<Grey> {
  const [a, b] = [await printedPart(first), await printedPart(second)];
  const margin = 130;
  const [width, height] = [margin * 2 + a.width + gap + b.width, margin * 2 + Math.max(a.height, b.height)];
  const pixels = new Uint8Array(width * height).fill(252);
  for (const [part, left] of [
    [a, margin],
    [b, margin + a.width + gap],
  ] as const)
    for (let y = 0; y < part.height; y++)
      pixels.set(part.pixels.subarray(y * part.width, (y + 1) * part.width), (margin + y) * width + left);
  return { width, height, pixels };
}

const sign = (seed: number): number => (seeded(seed)() < 0.5 ? -1 : 1);
const between = (seed: number, low: number, high: number): number => low + seeded(seed ^ 0x9e3779b9)() * (high - low);

/** Twelve, for the twelve pages of vn-ocr-pairs in order: six of verse, six of a manual in small print. */
export const harshRecipes: readonly HarshRecipe[] = [
  {
    name: 'shadow of the fold',
    second: 'none',
    quality: 80,
    spoil: async (page, seed) => grain(foldShadow(fade(page, 40, 225), seed, 0.82), seed, 6),
  },
  {
    name: 'skew',
    second: 'none',
    quality: 80,
    spoil: (page, seed) => turn(page, sign(seed) * between(seed, 4, 6), 250),
  },
  {
    name: 'blur',
    second: 'none',
    quality: 80,
    spoil: async (page, seed) => grain(await soften(page, 3.2), seed, 4),
  },
  {
    name: 'bleed',
    second: 'back',
    quality: 80,
    spoil: async (page, seed, back) => grain(await bleedThrough(fade(page, 70, 222), back as Grey, 0.38), seed, 5),
  },
  {
    name: 'low dpi',
    second: 'none',
    quality: 75,
    spoil: async (page, seed) => grain(await shrink(page, 0.4), seed, 3),
  },
  {
    name: 'two columns, skewed',
    second: 'beside',
    quality: 80,
    spoil: async (page, seed, second) =>
      turn(await twoColumns(page, second as Grey, 40), sign(seed) * between(seed, 2, 3), 250),
  },
  {
    name: 'shadow of a hand',
    second: 'none',
    quality: 80,
    spoil: async (page, seed) => grain(handShadow(fade(page, 30, 215), seed, 0.72), seed, 6),
  },
  {
    name: 'skew and a shadow',
    second: 'none',
    quality: 80,
    spoil: async (page, seed) =>
      grain(foldShadow(await turn(fade(page, 30, 225), sign(seed) * between(seed, 2.5, 4.5), 225), seed, 0.7), seed, 5),
  },
  {
    name: 'blur and faint ink',
    second: 'none',
    quality: 80,
    spoil: async (page, seed) => grain(fade(await soften(page, 1.9), 120, 215), seed, 4),
  },
  {
    name: 'bleed in small print',
    second: 'back',
    quality: 80,
    spoil: async (page, seed, back) => grain(await bleedThrough(fade(page, 60, 225), back as Grey, 0.32), seed, 5),
  },
  {
    name: 'low dpi in small print',
    second: 'none',
    quality: 75,
    spoil: async (page, seed) => grain(await shrink(page, 0.5), seed, 2),
  },
  {
    name: 'JPEG 30, half size, skewed',
    second: 'none',
    quality: 30,
    spoil: async (page, seed) =>
      grain(await shrink(await turn(page, sign(seed) * between(seed, 1.5, 2.5), 252), 0.62), seed, 4),
  },
];

/** The spoilt page as a scanner would store it. */
export async function spoiltJpeg(recipe: HarshRecipe, page: Grey, seed: number, second: Grey | null): Promise<Buffer> {
  return openGrey(await recipe.spoil(page, seed, second))
    .jpeg({ quality: recipe.quality })
    .toBuffer();
}
