import { parseColour, readable } from '../parts/contrast.ts';
import type { Rgb } from '../parts/contrast.ts';

/** The grounds of styles/tokens.css on which the accent stands as text (the darker and the lighter of each pair). */
const paper: Rgb = [244, 239, 229];
const dark: Rgb = [38, 34, 30];
const white: Rgb = [255, 255, 255];

/** Sets the three custom properties of styles/tokens.css; without a colour the product's own stay. */
export function showAccent(accent: string | null): void {
  const colour = accent === null ? null : parseColour(accent);
  if (!colour) return;
  const style = document.documentElement.style;
  const css = (rgb: Rgb) => `rgb(${rgb.join(' ')})`;
  style.setProperty('--accent-on-light', css(readable(colour, paper)));
  style.setProperty('--accent-on-dark', css(readable(colour, dark)));
  style.setProperty('--accent-fill', css(readable(colour, white)));
}
