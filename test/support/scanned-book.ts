import { readFileSync } from 'node:fs';
import { makePdf, makeScan } from '../fixtures/make-documents.ts';

const verses = readFileSync(new URL('../../server/sample/truyen-kieu.txt', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.trim())
  .filter(Boolean);

export interface ScannedBook {
  pdf: Buffer;
  /** The verses on each page, in order. */
  pages: string[][];
}

const linesOf = (pages: number, linesOnPage: number): string[][] =>
  Array.from({ length: pages }, (_, at) => verses.slice(at * linesOnPage, (at + 1) * linesOnPage));

/** A PDF of nothing but pictures of pages: verses of Truyện Kiều, as from a scanner. The same every time. */
export async function scannedBook(pages: number, linesOnPage = 20): Promise<ScannedBook> {
  const lines = linesOf(pages, linesOnPage);
  const scans = await Promise.all(lines.map((page) => makeScan(page)));
  return { pdf: await makePdf(scans.map((jpeg) => ({ jpeg }))), pages: lines };
}

/** The same with a small picture of each page and its text beneath, as many scanners make: nothing has to be recognised. */
export async function recognisedBook(pages: number, linesOnPage = 20): Promise<ScannedBook> {
  const lines = linesOf(pages, linesOnPage);
  const scans = await Promise.all(lines.map((page) => makeScan(page, { width: 620, size: 17 })));
  return { pdf: await makePdf(scans.map((jpeg, at) => ({ jpeg, beneath: lines[at]! }))), pages: lines };
}

/** As somebody types who does not stop for accents. */
export const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replaceAll(/[^\w ]/g, '')
    .toLowerCase();
