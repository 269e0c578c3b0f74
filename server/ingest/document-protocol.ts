import type { FileFormat, TextConversion } from '../contract/file.ts';
import type { RefusalCode } from '../errors.ts';
import type { IngestLimits } from './ingest-limits.ts';
import type { CleanedSize, CleanUpPlan } from './images/clean-up-plan.ts';
import type { PageWord } from './page-words.ts';

/** What the worker asks of a document process, and what comes back; both ways structured clones over the IPC channel. */
export interface DocumentSource {
  path: string;
  format: FileFormat;
  mediaType: string;
  name: string;
  password: string | null;
  limits: IngestLimits;
}

export interface ContentsEntry {
  title: string;
  /** From 1. */
  page: number;
  depth: number;
}

export interface Identity {
  format: FileFormat;
  mediaType: string;
}

/** What a document says of itself. */
export interface DocumentOutline {
  /** One entry a page: its printed label. */
  labels: (string | null)[];
  contents: ContentsEntry[];
  metadata: { title?: string; author?: string; subject?: string; keywords?: string };
  /** Text of the first page where the document carries text. */
  firstPageText: string;
  /** Something that a person should know, and that did not keep us from reading. */
  softCode: RefusalCode | null;
}

export interface PageImage {
  /** Null: the original file is its own page image. */
  bytes: Uint8Array | null;
  type: string;
  extension: string;
  width: number;
  height: number;
  /** Set where the image was kept although something is wrong with it. */
  code: RefusalCode | null;
}

export interface PageLayer {
  words: PageWord[];
  /** True where there may be text that only an eye can see: pictures, or letters drawn as outlines. */
  picture: boolean;
  /** What words of it were converted from. */
  conversions: TextConversion[];
}

export interface Thumbnails {
  small: Uint8Array;
  large: Uint8Array;
}

/** A page image made easier to read for a machine: a grey PNG. */
export interface CleanedPage extends CleanedSize {
  bytes: Uint8Array;
}

export interface DocumentRequests {
  /** What the file is, by content. */
  identify: { args: [path: string, limits: IngestLimits]; value: Identity };
  open: { args: [source: DocumentSource]; value: DocumentOutline };
  pageImage: { args: [number: number]; value: PageImage };
  /** Boxes in pixels of a page image of that size. */
  pageText: { args: [number: number, width: number, height: number]; value: PageLayer };
  /** Of the image at `path`, or of the bytes. */
  thumbnails: { args: [image: string | Uint8Array, pixels: number]; value: Thumbnails };
  /** How even the light is on the small picture at `path`, 0 to 1. */
  evenness: { args: [path: string]; value: number };
  /** What would help the image at `path` to be recognised; null for nothing. */
  examinePage: { args: [path: string, pixels: number]; value: CleanUpPlan | null };
  cleanPage: { args: [path: string, plan: CleanUpPlan, pixels: number]; value: CleanedPage };
}
export type DocumentMethod = keyof DocumentRequests;

export interface DocumentRequest {
  id: number;
  method: DocumentMethod;
  args: unknown[];
}

export type DocumentAnswer =
  | { id: number; ok: true; value: unknown; decodes: number }
  | { id: number; ok: false; code: RefusalCode; params: Record<string, unknown>; message: string; decodes: number };

/** One way to read a kind of file. `open` runs in the document process only. */
export interface FormatHandler {
  takes: readonly FileFormat[];
  /** Of those formats, only these media types. */
  mediaTypes?: readonly string[];
  /** Whether pages may carry text of their own; `exact`: that text needs no judging. */
  text: 'none' | 'judged' | 'exact';
  open(source: DocumentSource): Promise<OpenDocument>;
}

export interface OpenDocument {
  outline: DocumentOutline;
  pageImage(number: number): Promise<PageImage>;
  pageText(number: number, width: number, height: number): Promise<PageLayer>;
}
