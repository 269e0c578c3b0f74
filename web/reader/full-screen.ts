/** Fills the screen with an element, or gives the screen back. A browser that refuses says so itself. */
export function toggleFullScreen(element: HTMLElement): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  else element.requestFullscreen().catch(() => {});
}
