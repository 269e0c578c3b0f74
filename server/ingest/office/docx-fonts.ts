import type { ZipParts } from './zip-parts.ts';

/** What a run's properties say of its font, and what of it a style says; undefined: nothing. */
export interface RunFont {
  font: string | undefined;
  style: string | undefined;
}

interface Style {
  font: string | undefined;
  basedOn: string | undefined;
}

/** Fonts by the styles of a document. */
export interface DocxFonts {
  /** Of a run in a paragraph of style `paragraph`. */
  of(run: RunFont, paragraph: string | undefined): string | null;
}

/** `w:rFonts`: signs beyond ASCII take hAnsi. One of the theme is none of ours. */
export function fontOf(attribute: (name: string) => string | undefined): string | undefined {
  if (attribute('hAnsiTheme') ?? attribute('asciiTheme')) return '';
  return attribute('hAnsi') ?? attribute('ascii');
}

/** Reads word/styles.xml (ECMA-376, 17.7): a style has its own font, or that of the one it is based on. */
export async function readDocxFonts(zip: ZipParts, part: string): Promise<DocxFonts> {
  const styles = new Map<string, Style>();
  let normal: string | undefined;
  let defaults: string | undefined;
  let current: Style | null = null;
  let inDefaults = false;
  let inNumbering = 0;
  await zip.parse(part, {
    open(name, attribute) {
      if (name === 'rPrDefault') inDefaults = true;
      else if (name === 'style') {
        current = { font: undefined, basedOn: undefined };
        const id = attribute('styleId') ?? '';
        styles.set(id, current);
        const isDefault = ['1', 'true', 'on'].includes(attribute('default') ?? '');
        if (isDefault && attribute('type') === 'paragraph') normal = id;
      } else if (name === 'tblStylePr') inNumbering++;
      else if (name === 'basedOn' && current) current.basedOn = attribute('val');
      else if (name === 'rFonts' && inNumbering === 0) {
        if (current) current.font = fontOf(attribute);
        else if (inDefaults) defaults = fontOf(attribute);
      }
    },
    close(name) {
      if (name === 'rPrDefault') inDefaults = false;
      else if (name === 'style') current = null;
      else if (name === 'tblStylePr') inNumbering--;
    },
  });

  function ofStyle(id: string | undefined): string | undefined {
    const seen = new Set<string>();
    for (let at = id; at !== undefined && !seen.has(at); at = styles.get(at)?.basedOn) {
      seen.add(at);
      const font = styles.get(at)?.font;
      if (font !== undefined) return font;
    }
    return undefined;
  }

  return {
    of: (run, paragraph) => (run.font ?? ofStyle(run.style) ?? ofStyle(paragraph ?? normal) ?? defaults) || null,
  };
}
