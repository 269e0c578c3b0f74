export type Toast = { id: number; text: string; action: { label: string; run: () => void } | null };

class Toasts {
  shown = $state<Toast[]>([]);
}
const toasts = new Toasts();
let last = 0;

export const shownToasts = (): Toast[] => toasts.shown;
export const dismiss = (id: number): void => {
  toasts.shown = toasts.shown.filter((toast) => toast.id !== id);
};

/** Tells what happened elsewhere or can be undone; stays 8 s, 15 s with an action, so that it can be reached by keyboard. */
export function toast(text: string, action: Toast['action'] = null): void {
  last += 1;
  const id = last;
  toasts.shown = [...toasts.shown.slice(-2), { id, text, action }];
  setTimeout(() => dismiss(id), action ? 15_000 : 8_000);
}
