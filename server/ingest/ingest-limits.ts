/** What one document may cost. Whoever goes past a limit loses a page or the document, never the others. */
export interface IngestLimits {
  /** Seconds for one answer of the document process (a page image, a page's text, opening). */
  requestSeconds: number;
  /** Seconds the document process may work on one document in one run; pages that are left then count as too slow. */
  documentSeconds: number;
  /** Resident megabytes of the document process, and of a process that recognises text. */
  memoryMegabytes: number;
  /** Pages of one document. */
  pages: number;
  /** Pixels of one image that is to be decoded. */
  pixels: number;
  /** Pixels of a page image that we render ourselves. */
  renderedPixels: number;
  archiveEntries: number;
  /** Bytes of all entries of an archive together, unpacked. */
  archiveBytes: number;
  /** Unpacked to packed, for entries of more than 1 MB. */
  archiveRatio: number;
  /** Bytes of a plain text that becomes pages. */
  textBytes: number;
  /** False leaves pages without a text layer without text. */
  recognition: boolean;
  /** Seconds to recognise one page. */
  recognitionSeconds: number;
  /** Pages recognised at the same time. */
  recognitionProcesses: number;
}

export const defaultLimits: Readonly<IngestLimits> = Object.freeze({
  requestSeconds: 60,
  documentSeconds: 7200,
  memoryMegabytes: 1536,
  pages: 5000,
  pixels: 300_000_000,
  renderedPixels: 9_000_000,
  archiveEntries: 5000,
  archiveBytes: 4_000_000_000,
  archiveRatio: 200,
  textBytes: 20_000_000,
  recognition: true,
  recognitionSeconds: 180,
  recognitionProcesses: 2,
});
