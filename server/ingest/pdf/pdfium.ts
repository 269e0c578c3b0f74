import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { DocumentFault } from '../document-fault.ts';

/** The C functions of PDFium as WebAssembly; pointers and handles are numbers. Only what we call is named. */
type Call = (...args: number[]) => number;
export interface Pdfium {
  HEAPU8: Uint8Array;
  wasmExports: { malloc: Call; free: (pointer: number) => void };
  [name: `_FPDF${string}`]: Call;
}

export async function loadPdfium(): Promise<Pdfium> {
  const library = await PDFiumLibrary.init();
  return (library as unknown as { module: Pdfium }).module;
}

/** Runs `work` with `size` bytes of the engine's memory. */
export function withMemory<T>(pdfium: Pdfium, size: number, work: (pointer: number) => T): T {
  const pointer = pdfium.wasmExports.malloc(size);
  if (!pointer) throw new DocumentFault('document-too-much-memory');
  try {
    return work(pointer);
  } finally {
    pdfium.wasmExports.free(pointer);
  }
}

/** A view of the engine's memory, good until the next call: the memory may grow and move. */
const view = (pdfium: Pdfium): DataView => new DataView(pdfium.HEAPU8.buffer, pdfium.HEAPU8.byteOffset);
export const readInt = (pdfium: Pdfium, pointer: number): number => view(pdfium).getInt32(pointer, true);
export const readUint = (pdfium: Pdfium, pointer: number): number => view(pdfium).getUint32(pointer, true);
export const readFloat = (pdfium: Pdfium, pointer: number): number => view(pdfium).getFloat32(pointer, true);
export const readDouble = (pdfium: Pdfium, pointer: number): number => view(pdfium).getFloat64(pointer, true);

/** Strings that PDFium writes as UTF-16 with a final zero: `call` answers the bytes needed. */
export function readUtf16(pdfium: Pdfium, call: (pointer: number, size: number) => number): string {
  const size = call(0, 0);
  if (size <= 2 || size > 1_000_000) return '';
  return withMemory(pdfium, size, (pointer) => {
    call(pointer, size);
    return Buffer.from(pdfium.HEAPU8.subarray(pointer, pointer + size - 2)).toString('utf16le');
  });
}

const passwordError = 4;

/** The handle of the document at `path`, held in the engine's memory as a whole. Throws DocumentFault. */
export function loadDocument(pdfium: Pdfium, path: string, password: string | null): number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const pointer = size < 1_900_000_000 ? pdfium.wasmExports.malloc(size) : 0;
    if (!pointer) throw new DocumentFault('document-too-much-memory', { bytes: size });
    for (let at = 0; at < size;) {
      const read = readSync(file, pdfium.HEAPU8, pointer + at, Math.min(size - at, 4 << 20), at);
      if (read === 0) throw new DocumentFault('document-damaged');
      at += read;
    }
    const secret = Buffer.from(`${password ?? ''}\0`);
    const handle = withMemory(pdfium, secret.length, (at) => {
      pdfium.HEAPU8.set(secret, at);
      return pdfium._FPDF_LoadMemDocument!(pointer, size, password === null ? 0 : at);
    });
    if (handle) return handle;
    const locked = pdfium._FPDF_GetLastError!() === passwordError;
    throw new DocumentFault(
      !locked ? 'document-damaged' : password === null ? 'document-needs-password' : 'document-password-wrong',
    );
  } finally {
    closeSync(file);
  }
}
