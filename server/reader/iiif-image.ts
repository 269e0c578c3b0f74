import { Refusal } from '../errors.ts';

/**
 * The grammar of IIIF Image API 3.0 §4, as pure functions: from the parts of an address to what is to be done with the pixels.
 * Level 2, with mirroring, upscaling, gray and bitonal, webp; rotation in multiples of 90.
 */

/** Most pixels in one answer. A larger page is served whole only where its stored bytes are the answer, or in tiles. */
export const maxArea = 40_000_000;
/** Most pixels made by enlarging: more shows nothing more, and costs seconds that readers wait for. */
const maxEnlarged = 10_000_000;
/** Most pixels in one answer about this image (info.json says it): its own, or what may be enlarged. */
export const maxAreaOf = (image: Size): number => Math.min(maxArea, Math.max(image.width * image.height, maxEnlarged));
/** No side may be longer: the limit of JPEG and WebP encoders. */
const maxSide = 16_000;

export const formats = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;
export type ImageFormat = keyof typeof formats;
export const qualities = ['default', 'color', 'gray', 'bitonal'] as const;
export type ImageQuality = (typeof qualities)[number];

export interface Size {
  width: number;
  height: number;
}
export interface Region extends Size {
  x: number;
  y: number;
}
export interface ImageRequest {
  /** Whole pixels inside the image. */
  region: Region;
  size: Size;
  mirror: boolean;
  rotation: 0 | 90 | 180 | 270;
  quality: ImageQuality;
  format: ImageFormat;
  /** The pixels as stored: no cropping, scaling, turning or recolouring. */
  untouched: boolean;
  /** §4.7, the one spelling of this request: `full/max/0/default.jpg`. */
  canonical: string;
}

export interface ImageAddress {
  region: string;
  size: string;
  rotation: string;
  quality: string;
  format: string;
}

/** Throws image-request-invalid with the part that is wrong. */
export function parseImageRequest(address: ImageAddress, image: Size): ImageRequest {
  const region = parseRegion(address.region, image);
  const size = parseSize(address.size, region, maxAreaOf(image));
  const { mirror, rotation } = parseRotation(address.rotation);
  const quality = oneOf(qualities, 'quality', address.quality);
  const format = oneOf(Object.keys(formats) as ImageFormat[], 'format', address.format);

  const wholeRegion = region.width === image.width && region.height === image.height;
  const wholeSize = size.width === region.width && size.height === region.height;
  const canonical = [
    wholeRegion ? 'full' : `${region.x},${region.y},${region.width},${region.height}`,
    canonicalSize(size, region),
    `${mirror ? '!' : ''}${rotation}`,
    `${quality === 'color' ? 'default' : quality}.${format}`,
  ].join('/');
  const untouched =
    wholeRegion && wholeSize && !mirror && rotation === 0 && (quality === 'default' || quality === 'color');
  return { region, size, mirror, rotation, quality, format, untouched, canonical };
}

const refuse = (part: string, value: string): Refusal => new Refusal('image-request-invalid', { part, value });

function oneOf<T extends string>(known: readonly T[], part: string, value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw refuse(part, value);
  return found;
}

const decimal = '(\\d{1,7}(?:\\.\\d{1,10})?)';
const percentRegion = new RegExp(`^pct:${decimal},${decimal},${decimal},${decimal}$`);
const percentSize = new RegExp(`^(\\^?)pct:${decimal}$`);

/** §4.1. What reaches beyond the image is cut off; nothing left is an error. */
function parseRegion(value: string, image: Size): Region {
  if (value === 'full') return { x: 0, y: 0, ...image };
  if (value === 'square') {
    const side = Math.min(image.width, image.height);
    const x = Math.floor((image.width - side) / 2);
    const y = Math.floor((image.height - side) / 2);
    return { x, y, width: side, height: side };
  }
  const pixels = /^(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})$/.exec(value);
  const percent = percentRegion.exec(value);
  const numbers = (pixels ?? percent)?.slice(1).map(Number);
  if (!numbers) throw refuse('region', value);
  const [a, b, c, d] = numbers as [number, number, number, number];
  const wanted = pixels
    ? { x: a, y: b, width: c, height: d }
    : {
        x: Math.round((a / 100) * image.width),
        y: Math.round((b / 100) * image.height),
        width: Math.round((c / 100) * image.width),
        height: Math.round((d / 100) * image.height),
      };
  const width = Math.min(wanted.width, image.width - wanted.x);
  const height = Math.min(wanted.height, image.height - wanted.y);
  if (width <= 0 || height <= 0) throw refuse('region', value);
  return { x: wanted.x, y: wanted.y, width, height };
}

/** §4.2. Larger than the region only with `^`; never beyond the limits of info.json. */
function parseSize(value: string, region: Size, most: number): Size {
  const upscale = value.startsWith('^');
  const check = (size: Size): Size => {
    const larger = size.width > region.width || size.height > region.height;
    if (size.width < 1 || size.height < 1 || (larger && !upscale) || !withinLimits(size, most)) throw refuse('size', value);
    return size;
  };
  if (value === 'max') return fitLimits(region, 1, most);
  if (value === '^max') return fitLimits(region, Infinity, most);
  const percent = percentSize.exec(value);
  if (percent) {
    const factor = Number(percent[2]) / 100;
    return check({ width: Math.round(region.width * factor), height: Math.round(region.height * factor) });
  }
  const sides = /^\^?(!?)(\d{0,9}),(\d{0,9})$/.exec(value);
  if (!sides) throw refuse('size', value);
  const [, confined, w, h] = sides;
  const width = w === '' ? null : Number(w);
  const height = h === '' ? null : Number(h);
  if (confined) {
    if (!width || !height) throw refuse('size', value);
    const factor = Math.min(width / region.width, height / region.height, upscale ? Infinity : 1);
    return fitLimits(region, factor, most);
  }
  if (width !== null && height !== null) return check({ width, height });
  if (width) return check({ width, height: proportional(region.height, width / region.width) });
  if (height) return check({ width: proportional(region.width, height / region.height), height });
  throw refuse('size', value);
}

/** A side that follows the other; a very long strip still has one pixel. */
const proportional = (side: number, factor: number): number => Math.max(1, Math.round(side * factor));

const withinLimits = (size: Size, area: number): boolean =>
  size.width * size.height <= area && size.width <= maxSide && size.height <= maxSide;

/** The region scaled by `factor`, or by less where the limits ask for it. */
function fitLimits(region: Size, factor: number, area: number): Size {
  const most = Math.min(
    Math.sqrt(area / (region.width * region.height)),
    maxSide / region.width,
    maxSide / region.height,
  );
  const held = Math.min(factor, most);
  if (held === 1) return { width: region.width, height: region.height };
  // Rounding down where the limit decides keeps the area under it.
  const round = held === most ? Math.floor : Math.round;
  return { width: Math.max(1, round(region.width * held)), height: Math.max(1, round(region.height * held)) };
}

/** §4.3 */
function parseRotation(value: string): Pick<ImageRequest, 'mirror' | 'rotation'> {
  const found = /^(!?)(\d{1,3}(?:\.0{1,10})?)$/.exec(value);
  const degrees = found ? Number(found[2]) : NaN;
  if (!(degrees <= 360 && degrees % 90 === 0)) throw refuse('rotation', value);
  return { mirror: found![1] === '!', rotation: (degrees % 360) as 0 | 90 | 180 | 270 };
}

function canonicalSize(size: Size, region: Size): string {
  if (size.width === region.width && size.height === region.height) return 'max';
  const upscaled = size.width > region.width || size.height > region.height ? '^' : '';
  return `${upscaled}${size.width},${size.height}`;
}

export const tileSide = 512;
/** The widths of the thumbnails and those that our own reader asks for (web/reader/page-image.ts), so that caches hold few variants. */
export const preferredWidths = [200, 480, 600, 1000, 1600] as const;

/** §5: info.json. `rights` only where there is an address for it. */
export function imageDescription(id: string, image: Size, rights: string | null): Record<string, unknown> {
  const scaleFactors = [1];
  while (Math.max(image.width, image.height) / scaleFactors.at(-1)! > tileSide)
    scaleFactors.push(scaleFactors.at(-1)! * 2);
  return {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width: image.width,
    height: image.height,
    maxArea: maxAreaOf(image),
    maxWidth: maxSide,
    maxHeight: maxSide,
    sizes: preferredWidths
      .filter((width) => width < image.width)
      .map((width) => ({ width, height: proportional(image.height, width / image.width) })),
    tiles: [{ width: tileSide, height: tileSide, scaleFactors }],
    ...(rights === null ? {} : { rights }),
    preferredFormats: ['jpg', 'webp'],
    extraFormats: ['webp'],
    extraQualities: ['color', 'gray', 'bitonal'],
    extraFeatures: ['mirroring', 'sizeUpscaling', 'canonicalLinkHeader', 'profileLinkHeader'],
  };
}
