const strict = new TextDecoder('utf-8', { fatal: true });

/** The encoding that an XML declaration names (XML 1.0 §4.3.3), or the header of the answer. */
function declared(bytes: Buffer, contentType: string | undefined): string | null {
  const inside = /^[\s\S]{0,3}<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  return inside ?? /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? null;
}

/**
 * The text of an XML document. What reads as UTF-8 is UTF-8 whatever is declared (OAI-PMH demands it, and text of another encoding hardly
 * ever reads so); else what is declared; else what can be read of it. `lossy`: U+FFFD stands for bytes that could not be read.
 */
export function decodeXml(bytes: Buffer, contentType?: string): { text: string; lossy: boolean } {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (wide) return { text: new TextDecoder(wide).decode(bytes), lossy: false };
  // Without a mark: < and a zero byte.
  if (bytes[0] === 0x3c && bytes[1] === 0) return { text: new TextDecoder('utf-16le').decode(bytes), lossy: false };
  if (bytes[0] === 0 && bytes[1] === 0x3c) return { text: new TextDecoder('utf-16be').decode(bytes), lossy: false };
  try {
    return { text: strict.decode(bytes), lossy: false };
  } catch {
    // Not UTF-8.
  }
  const name = declared(bytes, contentType);
  if (name !== null && !/^utf-?(8|16)/i.test(name) && !/^(us-)?ascii$/i.test(name)) {
    try {
      return { text: new TextDecoder(name).decode(bytes), lossy: false };
    } catch {
      // An encoding that nobody knows.
    }
  }
  return { text: new TextDecoder('utf-8').decode(bytes), lossy: true };
}
