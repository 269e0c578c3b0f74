export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** What lies ahead in all; may be corrected on the way. */
  expect(bytes: number, count: number): void;
  bytes(more: number): void;
  counted(): void;
  /** Leaves the last state on the screen, with a new line. */
  end(): void;
}

const redrawMs = 200;
const plainMs = 10_000;

export function sizeInWords(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function timeInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}` : `${minutes}:${String(whole % 60).padStart(2, '0')}`;
}

/** A bar on a terminal, redrawn in place; a line every ten seconds where the output goes into a file. */
export function startProgress(screen: Screen, label: string, now: () => number = Date.now): Progress {
  const begun = now();
  let [wholeBytes, wholeCount, doneBytes, doneCount, drawnAt] = [0, 0, 0, 0, begun - (screen.isTTY ? redrawMs : 0)];

  function line(): string {
    const share = wholeBytes > 0 ? Math.min(1, doneBytes / wholeBytes) : wholeCount > 0 ? doneCount / wholeCount : 0;
    const seconds = (now() - begun) / 1000;
    const left = share > 0.01 && share < 1 ? ` · còn/left ${timeInWords((seconds / share) * (1 - share))}` : '';
    const figures = `${doneCount}/${Math.max(wholeCount, doneCount)} · ${sizeInWords(doneBytes)}${left}`;
    if (!screen.isTTY) return `${label} ${Math.floor(share * 100)}% ${figures}\n`;
    const width = Math.max(10, Math.min(30, (screen.columns ?? 80) - label.length - figures.length - 12));
    const full = Math.round(share * width);
    return `\r\u001b[2K${label} [${'#'.repeat(full)}${'.'.repeat(width - full)}] ${Math.floor(share * 100)}% ${figures}`;
  }

  function draw(): void {
    if (now() - drawnAt < (screen.isTTY ? redrawMs : plainMs)) return;
    drawnAt = now();
    screen.write(line());
  }

  return {
    expect(bytes, count) {
      wholeBytes = bytes;
      wholeCount = count;
      draw();
    },
    bytes(more) {
      doneBytes += more;
      draw();
    },
    counted() {
      doneCount++;
      draw();
    },
    end() {
      screen.write(line() + (screen.isTTY ? '\n' : ''));
    },
  };
}
