/** Channels 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** WCAG 2.2 relative luminance. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, deep] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (deep + 0.05);
}

/** Mixes towards black or white in steps of 4 % until the colour has `ratio` against `ground`. */
export function readable(colour: Rgb, ground: Rgb, ratio = 5): Rgb {
  const towards = luminance(ground) > 0.3 ? black : white;
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = colour.map((channel, at) => Math.round(channel + (towards[at]! - channel) * share)) as unknown as Rgb;
    if (contrast(mixed, ground) >= ratio) return mixed;
  }
  return towards;
}

/** `#1f5c4d` as channels; null for what is not such a colour. */
export function parseColour(text: string): Rgb | null {
  const digits = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  return digits ? ([0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb) : null;
}
