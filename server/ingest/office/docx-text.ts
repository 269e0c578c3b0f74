import { dirname, posix } from 'node:path';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { readCoreProperties, type Properties } from './core-properties.ts';
import { type DocxFonts, fontOf, readDocxFonts, type RunFont } from './docx-fonts.ts';
import { openStyledText, type StyledText } from './styled-text.ts';
import { openZipParts, type ZipParts } from './zip-parts.ts';

/** Text that is there twice, or no longer, and what it looked like before a change. */
const left = new Set(['Fallback', 'moveFrom', 'del', 'rPrChange', 'pPrChange']);
/** Signs that have a tag of their own (ECMA-376, 17.3.3). A soft hyphen is the letter ư of TCVN3. */
const signs: Record<string, string> = {
  tab: ' ',
  cr: '\n',
  noBreakHyphen: '-',
  softHyphen: '\u00ad',
  lastRenderedPageBreak: '\f',
};

/** The text of a docx, its notes after it, with pages where Word had them. Throws DocumentFault. */
export async function readDocx(path: string, limits: IngestLimits): Promise<ReadText & { metadata: Properties }> {
  const zip = await openZipParts(path, limits);
  try {
    const main = await mainPart(zip);
    const folder = dirname(main);
    const fonts = await readDocxFonts(zip, posix.join(folder, 'styles.xml'));
    const text = openStyledText(limits.textBytes);
    for (const part of [main, ...['footnotes.xml', 'endnotes.xml'].map((name) => posix.join(folder, name))]) {
      await readStory(zip, part, fonts, text);
      text.add('\n', null);
    }
    return { ...text.finish(), metadata: await readCoreProperties(zip) };
  } finally {
    zip.close();
  }
}

/** Where the text is: Word online does not call it document.xml. */
async function mainPart(zip: ZipParts): Promise<string> {
  let found = 'word/document.xml';
  await zip.parse('_rels/.rels', {
    open(name, attribute) {
      const target = attribute('Target');
      if (name === 'Relationship' && target && attribute('Type')?.endsWith('/officeDocument'))
        found = target.replace(/^\//, '');
    },
  });
  return found;
}

function readStory(zip: ZipParts, part: string, fonts: DocxFonts, text: StyledText): Promise<void> {
  const around: { paragraph: string | undefined; run: RunFont }[] = [];
  let paragraph: string | undefined;
  let run: RunFont = { font: undefined, style: undefined };
  let leaving = 0;
  let inMark = 0;
  let inText = false;
  const add = (words: string): void => text.add(words, fonts.of(run, paragraph));
  return zip.parse(part, {
    open(name, attribute) {
      if (left.has(name)) leaving++;
      if (leaving > 0) return;
      if (name === 'p') {
        // A text box lies within a paragraph.
        around.push({ paragraph, run });
        paragraph = undefined;
      } else if (name === 'pPr') inMark++;
      else if (name === 'pStyle') paragraph = attribute('val');
      else if (name === 'r') run = { font: undefined, style: undefined };
      else if (inMark > 0) return;
      else if (name === 'rFonts') run.font = fontOf(attribute);
      else if (name === 'rStyle') run.style = attribute('val');
      else if (name === 't') inText = true;
      else if (name === 'br') add(attribute('type') === 'page' ? '\f' : '\n');
      else if (signs[name] !== undefined) add(signs[name]);
    },
    text(words) {
      if (inText && leaving === 0) add(words);
    },
    close(name) {
      if (left.has(name)) leaving--;
      else if (leaving > 0) return;
      else if (name === 't') inText = false;
      else if (name === 'pPr') inMark--;
      else if (name === 'p') {
        add('\n');
        ({ paragraph, run } = around.pop() ?? { paragraph: undefined, run });
      }
    },
  });
}
