import sharp from 'sharp';
import { Refusal } from '../errors.ts';
import { type ImageRequest, formats } from './iiif-image.ts';

// The only file of the serving process that decodes pictures (test/architecture holds that).

// libvips keeps decoded regions of recent files; tiles of one page come in bursts, so a little pays. The rest is the readers' memory.
sharp.cache({ memory: 32, files: 0, items: 50 });

/** Decodes at once in this process. Two: the machine of a school has two to four cores, and searches must still answer. */
const decodesAtOnce = 2;
/** Requests that may wait; more than that is an attack or a broken viewer. */
const mostWaiting = 200;
/** One decode, in seconds. The largest page that ingest lets through takes 3. */
const mostSeconds = 20;
/** Pixels of a page that will be decoded; ingest refuses larger ones already. */
const mostInputPixels = 300_000_000;

let running = 0;
let decoded = 0;
const waiting: (() => void)[] = [];

/** Decodes since the process started: tests hold that stored bytes are sent without one. */
export const decodes = (): number => decoded;

async function turn(signal: AbortSignal): Promise<() => void> {
  if (running >= decodesAtOnce) {
    if (waiting.length >= mostWaiting) throw new Refusal('too-many-requests', { retryAfter: 2 });
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(enter);
    });
  } else running++;
  return () => {
    const next = waiting.shift();
    // The turn is handed on, so that nobody slips in between.
    if (next) next();
    else running--;
  };
}

/**
 * The bytes of an image request (IIIF Image API 3.0 §4.6: region, size, mirroring, rotation, quality, format, in this order).
 * `path` is the page image on this machine. Rejects with the signal's reason when the client has gone before the work began;
 * throws image-damaged when the picture cannot be decoded.
 */
export function renderImage(path: string, asked: ImageRequest, signal: AbortSignal): Promise<Buffer> {
  return inTurn(signal, () => {
    const { region, size } = asked;
    let image = opened(path)
      .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
      .resize(size.width, size.height, { fit: 'fill' });
    if (asked.mirror) image = image.flop();
    if (asked.rotation !== 0) image = image.rotate(asked.rotation);
    if (asked.format === 'jpg' || asked.quality === 'bitonal') image = image.flatten({ background: '#ffffff' });
    if (asked.quality === 'gray') image = image.greyscale();
    if (asked.quality === 'bitonal') image = image.threshold(128);
    switch (asked.format) {
      case 'jpg':
        image = image.jpeg({ quality: 82 });
        break;
      case 'webp':
        image = image.webp({ quality: 80, effort: 2 });
        break;
      case 'png':
        image = image.png({
          compressionLevel: 6,
          ...(asked.quality === 'bitonal' ? { palette: true, colours: 2 } : {}),
        });
        break;
    }
    return image.toBuffer();
  });
}

/** A whole picture, a file of this machine or its bytes, as JPEG; where it is wider than `width` pixels, scaled down. Rejects and throws as renderImage(). */
export const renderJpeg = (picture: string | Uint8Array, width: number, signal: AbortSignal): Promise<Buffer> =>
  inTurn(signal, () =>
    opened(picture).resize({ width, withoutEnlargement: true }).flatten({ background: '#ffffff' }).jpeg({ quality: 82 }).toBuffer(),
  );

const opened = (picture: string | Uint8Array) =>
  sharp(picture, { limitInputPixels: mostInputPixels, sequentialRead: true, failOn: 'error' })
    .timeout({ seconds: mostSeconds })
    // Browsers obey a photograph's orientation too, and they get the stored bytes of the whole page.
    .autoOrient();

async function inTurn(signal: AbortSignal, work: () => Promise<Buffer>): Promise<Buffer> {
  signal.throwIfAborted();
  const done = await turn(signal);
  try {
    signal.throwIfAborted();
    decoded++;
    return await work();
  } catch (error) {
    if (signal.aborted || error instanceof Refusal) throw error;
    throw new Refusal('image-damaged', {}, { cause: error });
  } finally {
    done();
  }
}

/** The format of an image as stored, by its media type; null for what a browser may not show. */
export function storedFormat(mediaType: string | null): ImageRequest['format'] | null {
  for (const [format, type] of Object.entries(formats)) if (type === mediaType) return format as ImageRequest['format'];
  return null;
}
