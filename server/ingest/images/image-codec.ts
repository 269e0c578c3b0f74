import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { DocumentFault } from '../document-fault.ts';
import type { CleanedPage, PageImage, Thumbnails } from '../document-protocol.ts';
import { type CleanUpPlan, examinedWidth, planCleanUp } from './clean-up-plan.ts';
import { evenness, type GreyPage, paperLight, underEvenLight } from './grey-page.ts';

// One document process is one core; libvips threads of its own would take the readers' core too.
sharp.concurrency(1);
sharp.cache(false);
// Nothing that ingest takes for a picture is a program: an SVG that calls itself .jpg inside an archive is damaged, and is not run.
sharp.block({ operation: ['VipsForeignLoadSvg'] });

let decodes = 0;
/** Images decoded to pixels by this process since its start. */
export const decodesSoFar = (): number => decodes;

const thumbnailWidths = { small: 200, large: 480 };
/** A strip of cloth is no thumbnail: taller ones are bounded by their height. */
const thumbnailHeights = { small: 400, large: 960 };

export type ImageSource = string | Uint8Array;

export interface ImageHeader {
  width: number;
  height: number;
  pages: number;
  format: string;
  /** EXIF orientation, 1 where there is none. */
  orientation: number;
  channels: number;
  depth: string;
  space: string;
  bilevel: boolean;
}

const open = (source: ImageSource, options: SharpOptions): Sharp =>
  sharp(typeof source === 'string' ? source : Buffer.from(source.buffer, source.byteOffset, source.byteLength), {
    sequentialRead: true,
    ...options,
  });

/** Reads the header only. Throws DocumentFault image-damaged. */
export async function readImageHeader(source: ImageSource, page = 0): Promise<ImageHeader> {
  let found: Metadata;
  try {
    found = await open(source, { limitInputPixels: false, page }).metadata();
  } catch (cause) {
    throw new DocumentFault('image-damaged', {}, { cause });
  }
  return {
    width: found.width,
    height: found.pageHeight ?? found.height,
    pages: found.pages ?? 1,
    format: found.format,
    orientation: found.orientation ?? 1,
    channels: found.channels,
    depth: found.depth,
    space: found.space,
    bilevel: found.bitsPerSample === 1,
  };
}

/** Throws image-too-large for what must not be decoded. */
export function checkPixels(width: number, height: number, pixels: number): void {
  if (width * height > pixels) throw new DocumentFault('image-too-large', { width, height, pixels });
}

/**
 * Decodes once, strictly; what is cut off or spoilt in places is decoded again as far as it goes and says so.
 */
async function decoded<T>(make: (failOn: 'error' | 'none') => Promise<T>): Promise<{ value: T; damaged: boolean }> {
  decodes++;
  try {
    return { value: await make('error'), damaged: false };
  } catch {
    decodes++;
    try {
      return { value: await make('none'), damaged: true };
    } catch (cause) {
      throw new DocumentFault('image-damaged', {}, { cause });
    }
  }
}

/** A page image that browsers show: bilevel as PNG of one bit, everything else as JPEG; upright, on white. */
export async function convertToPageImage(source: ImageSource, header: ImageHeader, page = 0): Promise<PageImage> {
  const { value, damaged } = await decoded(async (failOn) => {
    const upright = open(source, { limitInputPixels: false, page, failOn }).rotate().flatten({ background: '#ffffff' });
    return encode(upright, header.bilevel ? 'bilevel' : 'photo');
  });
  return { ...value, code: damaged ? 'image-damaged' : null };
}

async function encode(image: Sharp, kind: 'bilevel' | 'grey' | 'photo'): Promise<Omit<PageImage, 'code'>> {
  if (kind === 'bilevel') {
    const png = image.toColourspace('b-w').threshold(128).png({ palette: true, colours: 2, compressionLevel: 9 });
    const { data, info } = await png.toBuffer({ resolveWithObject: true });
    return { bytes: data, type: 'image/png', extension: 'png', width: info.width, height: info.height };
  }
  const coloured = kind === 'grey' ? image.toColourspace('b-w') : image.toColourspace('srgb');
  const { data, info } = await coloured
    .jpeg({ quality: 85, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, type: 'image/jpeg', extension: 'jpg', width: info.width, height: info.height };
}

/** A page image of pixels that an engine has drawn: four bytes a pixel, the fourth without meaning. */
export async function encodePixels(pixels: Uint8Array, width: number, height: number): Promise<PageImage> {
  const kind = kindOfPixels(pixels);
  const bytes = kind === 'photo' ? pixels : greyOf(pixels);
  const raw = sharp(bytes, { raw: { width, height, channels: kind === 'photo' ? 4 : 1 }, limitInputPixels: false });
  return { ...(await encode(kind === 'photo' ? raw.removeAlpha() : raw, kind)), code: null };
}

/** bilevel: nearly nothing between black and white (a fax, not letters with soft edges). */
function kindOfPixels(pixels: Uint8Array): 'bilevel' | 'grey' | 'photo' {
  let [between, dark] = [0, 0];
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const red = pixels[at] as number;
    if (red !== pixels[at + 1] || red !== pixels[at + 2]) return 'photo';
    if (red <= 16) dark++;
    else if (red < 239) between++;
  }
  return between * 50 <= dark ? 'bilevel' : 'grey';
}

function greyOf(pixels: Uint8Array): Uint8Array {
  const grey = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < grey.length; at++) grey[at] = pixels[at * 4] as number;
  return grey;
}

/**
 * Both sizes as WebP from one decode; the cover is those of page 1.
 * Throws image-too-large above `pixels`, image-damaged where nothing can be made of the bytes.
 */
export async function makeThumbnails(source: ImageSource, pixels: number): Promise<Thumbnails> {
  const header = await readImageHeader(source);
  checkPixels(header.width, header.height, pixels);
  const { value: large } = await decoded((failOn) =>
    open(source, { limitInputPixels: false, failOn })
      .rotate()
      .resize({ width: thumbnailWidths.large, height: thumbnailHeights.large, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  const raw = { raw: { width: large.info.width, height: large.info.height, channels: large.info.channels } };
  const webp = { quality: 78, effort: 2 };
  return {
    large: await sharp(large.data, raw).webp(webp).toBuffer(),
    small: await sharp(large.data, raw)
      .resize({ width: thumbnailWidths.small, height: thumbnailHeights.small, fit: 'inside', withoutEnlargement: true })
      .webp(webp)
      .toBuffer(),
  };
}

const greyPixels = async (image: Sharp): Promise<GreyPage> => {
  const grey = image.flatten({ background: '#ffffff' }).toColourspace('b-w').extractChannel(0).raw();
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
};

const ofGrey = ({ pixels, width, height }: GreyPage): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 1 }, limitInputPixels: false });

/** How even the light is on a small picture. */
export async function evennessOf(path: string): Promise<number> {
  return evenness(paperLight(await greyPixels(open(path, { failOn: 'none' }))));
}

/** What would help the page at `path` to be recognised; null where nothing would. Decodes a JPEG at a part of its size. */
export async function examinePage(path: string, pixels: number): Promise<CleanUpPlan | null> {
  const header = await readImageHeader(path);
  checkPixels(header.width, header.height, pixels);
  const { value } = await decoded((failOn) =>
    greyPixels(
      open(path, { limitInputPixels: false, failOn }).resize({ width: examinedWidth, withoutEnlargement: true }),
    ),
  );
  return planCleanUp(value, header.width);
}

/** Ink below the first level is black, paper above the second is white: what shines through from the back is paper. */
const tones = { black: 80, white: 200 };

/** The page at `path` with the plan carried out, as a grey PNG. Throws as makeThumbnails. */
export async function cleanPage(path: string, plan: CleanUpPlan, pixels: number): Promise<CleanedPage> {
  const header = await readImageHeader(path);
  checkPixels(header.width * plan.scale, header.height * plan.scale, pixels);
  const { value } = await decoded((failOn) => greyPixels(open(path, { limitInputPixels: false, failOn })));
  const slope = 255 / (tones.white - tones.black);
  const lit = plan.light
    ? ofGrey(underEvenLight(value, plan.light)).linear(slope, -tones.black * slope)
    : ofGrey(value);
  const sharp = plan.sharpen ? lit.sharpen({ sigma: plan.sharpen, m1: 1, m2: 3 }) : lit;
  const size = { width: Math.round(value.width * plan.scale), height: Math.round(value.height * plan.scale) };
  const scaled = plan.scale === 1 ? sharp : sharp.resize({ ...size, kernel: 'lanczos3' });
  // sharp keeps an order of its own within one pipeline: turning is a second one.
  const upright = ofGrey(await greyPixels(scaled)).rotate(plan.degrees + plan.turn, { background: '#ffffff' });
  // Without loss: what a JPEG adds between the lines has cost a line of a column.
  const png = upright.toColourspace('b-w').png({ compressionLevel: 6, adaptiveFiltering: true });
  const { data, info } = await png.toBuffer({ resolveWithObject: true });
  const { scale, degrees, turn } = plan;
  return { bytes: data, width: info.width, height: info.height, scale, degrees, turn };
}
