/** One byte a pixel, row by row, 0 black. */
export interface GreyPage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** How light the paper is, block by block; between the middles of blocks it is interpolated. */
export interface PaperLight {
  columns: number;
  rows: number;
  /** 1 to 255. */
  levels: Float32Array;
}

const blocksAcross = 40;
/** The share of a block's pixels that is darker than its paper at most: print covers less. */
const paperShare = 0.85;

/** The light of the paper under the print. A block that print or a picture fills takes what lies around it. */
export function paperLight(page: GreyPage): PaperLight {
  const side = Math.max(8, Math.ceil(page.width / blocksAcross));
  const [columns, rows] = [Math.ceil(page.width / side), Math.ceil(page.height / side)];
  const raw = new Float32Array(columns * rows);
  const counts = new Uint32Array(256);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      counts.fill(0);
      const [right, bottom] = [Math.min(page.width, (column + 1) * side), Math.min(page.height, (row + 1) * side)];
      let total = 0;
      for (let y = row * side; y < bottom; y++)
        for (let x = column * side; x < right; x++, total++)
          (counts[page.pixels[y * page.width + x] as number] as number)++;
      raw[row * columns + column] = Math.max(1, levelAt(counts, total * paperShare));
    }
  return { columns, rows, levels: smooth(smooth(lightest(raw, columns, rows), columns, rows), columns, rows) };
}

function levelAt(counts: Uint32Array, rank: number): number {
  let sum = 0;
  for (let level = 0; level < 256; level++) if ((sum += counts[level] as number) >= rank) return level;
  return 255;
}

function around(from: Float32Array, columns: number, rows: number, take: (values: number[]) => number): Float32Array {
  const to = new Float32Array(from.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const values: number[] = [];
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++)
          values.push(from[y * columns + x] as number);
      to[row * columns + column] = take(values);
    }
  return to;
}

/** Over the neighbours the second lightest: lines of print vanish, a gleam does not spread. */
const lightest = (from: Float32Array, columns: number, rows: number): Float32Array =>
  around(from, columns, rows, (values) => values.sort((a, b) => b - a)[Math.min(1, values.length - 1)] as number);

const smooth = (from: Float32Array, columns: number, rows: number): Float32Array =>
  around(from, columns, rows, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);

/** The darkest fiftieth of the paper beside the lightest: 1 for even light, near 0 for a deep shadow. */
export function evenness({ levels }: PaperLight): number {
  const sorted = Float32Array.from(levels).sort();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] as number;
  return at(0.02) / at(0.95);
}

/** The page as if its paper were white everywhere: each pixel over the light of its paper. In place of dark, light. */
export function underEvenLight(page: GreyPage, light: PaperLight, white = 250): GreyPage {
  const { width, height } = page;
  const pixels = new Uint8Array(width * height);
  // Where a pixel lies between the middles of blocks is the same in every row.
  const [left, share] = [new Uint16Array(width), new Float32Array(width)];
  for (let x = 0; x < width; x++) {
    const at = Math.min(light.columns - 1, Math.max(0, ((x + 0.5) / width) * light.columns - 0.5));
    left[x] = Math.min(Math.max(0, light.columns - 2), Math.floor(at));
    share[x] = light.columns > 1 ? at - (left[x] as number) : 0;
  }
  const row = new Float32Array(light.columns);
  for (let y = 0; y < height; y++) {
    const at = Math.min(light.rows - 1, Math.max(0, ((y + 0.5) / height) * light.rows - 0.5));
    const top = Math.min(Math.max(0, light.rows - 2), Math.floor(at));
    const below = Math.min(light.rows - 1, top + 1);
    for (let column = 0; column < light.columns; column++) {
      const upper = light.levels[top * light.columns + column] as number;
      row[column] = upper + (at - top) * ((light.levels[below * light.columns + column] as number) - upper);
    }
    for (let x = 0; x < width; x++) {
      const from = row[left[x] as number] as number;
      const to = row[Math.min(light.columns - 1, (left[x] as number) + 1)] as number;
      const value = ((page.pixels[y * width + x] as number) * white) / (from + (share[x] as number) * (to - from));
      pixels[y * width + x] = value > 255 ? 255 : value;
    }
  }
  return { width, height, pixels };
}
