import { type Pdfium, readInt, withMemory } from './pdfium.ts';

/** Points of user space to pixels of an upright page image: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type PageTransform = [a: number, b: number, c: number, d: number, e: number, f: number];

export interface PageBox {
  /** Points, after rotation and cropping. */
  width: number;
  height: number;
  /** Quarter turns clockwise. */
  rotation: number;
}

export function readPageBox(pdfium: Pdfium, page: number): PageBox {
  const sound = (value: number, otherwise: number): number => (Number.isFinite(value) && value > 0 ? value : otherwise);
  return {
    width: sound(pdfium._FPDF_GetPageWidthF!(page), 612),
    height: sound(pdfium._FPDF_GetPageHeightF!(page), 792),
    rotation: pdfium._FPDFPage_GetRotation!(page),
  };
}

// FPDF_PageToDevice rounds to whole units: a device this large makes them small enough.
const units = 1_000_000;

export function pageTransform(pdfium: Pdfium, page: number, width: number, height: number): PageTransform {
  const at = (x: number, y: number): [number, number] =>
    withMemory(pdfium, 8, (pointer) => {
      pdfium._FPDF_PageToDevice!(page, 0, 0, units, units, 0, x, y, pointer, pointer + 4);
      return [(readInt(pdfium, pointer) / units) * width, (readInt(pdfium, pointer + 4) / units) * height];
    });
  const span = 100;
  const [e, f] = at(0, 0);
  const [ax, ay] = at(span, 0);
  const [bx, by] = at(0, span);
  return [(ax - e) / span, (ay - f) / span, (bx - e) / span, (by - f) / span, e, f];
}

/** The pixels that a box of user space covers: left, top, width, height. */
export function boxOf(
  transform: PageTransform,
  left: number,
  bottom: number,
  right: number,
  top: number,
): [number, number, number, number] {
  const [a, b, c, d, e, f] = transform;
  const xs = [a * left + c * bottom + e, a * right + c * top + e, a * left + c * top + e, a * right + c * bottom + e];
  const ys = [b * left + d * bottom + f, b * right + d * top + f, b * left + d * top + f, b * right + d * bottom + f];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
}
