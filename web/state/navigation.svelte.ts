import { tick } from 'svelte';
import { matchRoute } from '../router.ts';
import type { Match } from '../router.ts';

type Kept = { scroll?: number };
export type NavigateOptions = {
  /** Stay at this entry of the history: typing in the search box, turning a page. */
  replace?: boolean;
  /** A new entry, but the reader's place on the page stays: ticking one filter after another. */
  keepScroll?: boolean;
};

class Place {
  path = $state(location.pathname);
  search = $state(location.search);
  match = $derived<Match | null>(matchRoute(this.path));
  query = $derived(new URLSearchParams(this.search));
}
export const place = new Place();

/** What has to happen when the page shown has changed: set the scroll and the focus. Null after it was done. */
let arrival: { scroll: number; focus: boolean } | null = null;
let scrollTimer: ReturnType<typeof setTimeout> | undefined;

/** Goes to an address of ours; others leave the application. */
export function navigate(to: string, options: NavigateOptions = {}): void {
  const url = new URL(to, location.href);
  if (url.origin !== location.origin) {
    location.assign(url.href);
    return;
  }
  const samePath = url.pathname === place.path;
  if (options.replace) {
    history.replaceState(history.state, '', url);
  } else {
    keepScroll();
    history.pushState({} satisfies Kept, '', url);
  }
  if (!samePath || (!options.replace && !options.keepScroll)) arrival = { scroll: 0, focus: !samePath };
  show();
}

/** What the server wrote in the head for the first page; of the next it would be wrong, and reference managers would take it. */
const ofFirstPage =
  'meta[name^="citation_"], meta[property^="og:"], script[type="application/ld+json"], link[rel="canonical"]';

function show(): void {
  if (place.path !== location.pathname)
    document.head.querySelectorAll(ofFirstPage).forEach((element) => element.remove());
  place.path = location.pathname;
  place.search = location.search;
}

function keepScroll(): void {
  const kept: Kept = { ...(history.state as Kept | null), scroll: Math.round(scrollY) };
  history.replaceState(kept, '');
}

/** Takes over links, back and forward, and the scroll place of every entry of the history. Called once. */
export function startNavigation(): void {
  history.scrollRestoration = 'manual';
  arrival = { scroll: (history.state as Kept | null)?.scroll ?? 0, focus: false };
  addEventListener('popstate', (event) => {
    clearTimeout(scrollTimer);
    const samePath = location.pathname === place.path;
    arrival = { scroll: (event.state as Kept | null)?.scroll ?? 0, focus: !samePath };
    show();
    if (samePath) void arrive();
  });
  addEventListener(
    'scroll',
    () => {
      clearTimeout(scrollTimer);
      scrollTimer = setTimeout(keepScroll, 250); // browsers refuse more than about 100 history writes in 30 s
    },
    { passive: true },
  );
  addEventListener('pagehide', keepScroll);
  document.addEventListener('click', followLink);
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link?.href || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !matchRoute(url.pathname)) return;
  if (url.hash && url.pathname === place.path && url.search === place.search) return; // within the page: the browser's own business
  event.preventDefault();
  navigate(url.href);
}

/** Called by the shell when a page has been put on screen, and again by nobody: scrolls and puts the focus once per arrival. */
export async function arrive(): Promise<void> {
  const now = arrival;
  arrival = null;
  if (!now) return;
  await tick();
  if (now.scroll === 0) scrollTo(0, 0);
  else scrollWhenTallEnough(now.scroll);
  if (now.focus && !place.match?.route.ownFocus) focusHeading();
}

/** Lists arrive after their page: waits up to 3 s for the document to be tall enough; a reader who scrolls first wins. */
function scrollWhenTallEnough(top: number): void {
  const stop = () => {
    observer.disconnect();
    clearTimeout(deadline);
    for (const name of ['wheel', 'touchstart', 'keydown']) removeEventListener(name, stop);
  };
  const attempt = () => {
    if (document.documentElement.scrollHeight < top + innerHeight) return;
    scrollTo(0, top);
    stop();
  };
  const observer = new ResizeObserver(attempt);
  const deadline = setTimeout(stop, 3000);
  for (const name of ['wheel', 'touchstart', 'keydown']) addEventListener(name, stop, { passive: true });
  observer.observe(document.body);
  attempt();
}

/** The h1 may come with the data: waits for it up to 5 s, unless the reader has put the focus somewhere meanwhile. */
function focusHeading(): void {
  const before = document.activeElement;
  const attempt = (): boolean => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!heading) return false;
    if (document.activeElement === before || document.activeElement === document.body) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    return true;
  };
  if (attempt()) return;
  const observer = new MutationObserver(() => attempt() && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), 5000);
}
