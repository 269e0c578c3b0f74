import { posix } from 'node:path';
import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { type Properties, readCoreProperties } from './core-properties.ts';
import { openStyledText, type StyledText } from './styled-text.ts';
import { openZipParts, type ZipParts } from './zip-parts.ts';

const main = 'ppt/presentation.xml';

/** The words on the slides of a pptx, a page a slide, each with its number. Throws DocumentFault. */
export async function readPptx(path: string, limits: IngestLimits): Promise<ReadText & { metadata: Properties }> {
  const zip = await openZipParts(path, limits);
  try {
    const slides = await slidesOf(zip);
    if (slides.length > limits.pages) {
      throw new DocumentFault('document-too-many-pages', { pages: slides.length, most: limits.pages });
    }
    const themeFont = await fontOfTheme(zip);
    const text = openStyledText(limits.textBytes);
    for (const [index, slide] of slides.entries()) {
      if (index > 0) text.add('\f', null);
      await readSlide(zip, slide, themeFont, text);
    }
    return { ...text.finish(), numbered: true, metadata: await readCoreProperties(zip) };
  } finally {
    zip.close();
  }
}

/** Slides in the order in which they are shown, which the names of their parts do not tell. */
async function slidesOf(zip: ZipParts): Promise<string[]> {
  const targets = new Map<string, string>();
  await zip.parse('ppt/_rels/presentation.xml.rels', {
    open(name, attribute) {
      const [id, target] = [attribute('Id'), attribute('Target')];
      if (name !== 'Relationship' || id === undefined || target === undefined) return;
      targets.set(id, target.startsWith('/') ? target.slice(1) : posix.join('ppt', target));
    },
  });
  const slides: string[] = [];
  await zip.parse(main, {
    open(name, attribute) {
      const target = name === 'sldId' ? targets.get(attribute('r:id') ?? '') : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  return slides;
}

/** The font of running text where a run has none of its own (`+mn-lt`). */
async function fontOfTheme(zip: ZipParts): Promise<string | null> {
  let inMinor = false;
  let font: string | null = null;
  await zip.parse('ppt/theme/theme1.xml', {
    open(name, attribute) {
      if (name === 'minorFont') inMinor = true;
      else if (inMinor && name === 'latin') font ??= attribute('typeface') ?? null;
    },
    close(name) {
      if (name === 'minorFont') inMinor = false;
    },
  });
  return font;
}

function readSlide(zip: ZipParts, part: string, themeFont: string | null, text: StyledText): Promise<void> {
  let font = themeFont;
  let inRun = false;
  let inText = false;
  let leaving = 0;
  return zip.parse(part, {
    open(name, attribute) {
      if (name === 'Fallback') leaving++;
      else if (name === 'r' || name === 'fld') [inRun, font] = [true, themeFont];
      else if (name === 'latin' && inRun) font = nameOf(attribute('typeface'), themeFont);
      else if (name === 't') inText = true;
      else if (name === 'br' && leaving === 0) text.add('\n', null);
    },
    text(words) {
      if (inText && leaving === 0) text.add(words, font);
    },
    close(name) {
      if (name === 'Fallback') leaving--;
      else if (name === 'r' || name === 'fld') inRun = false;
      else if (name === 't') inText = false;
      else if (name === 'p' && leaving === 0) text.add('\n', null);
    },
  });
}

const nameOf = (typeface: string | undefined, themeFont: string | null): string | null =>
  typeface === undefined || typeface.startsWith('+') ? themeFont : typeface;
