import type { Component } from 'svelte';
import type { SessionView } from '../server/contract/person.ts';
import type { MessageKey } from './messages/message.ts';

export type Ability = keyof SessionView['abilities'];
export type Params = Record<string, string>;

/** A page of whatever props its route gives it: the table pairs the two. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the props differ from page to page
export type PageComponent = Component<any>;

/** One address of the application. `nav` says who sees a link to it in the navigation; null: nobody, it is reached another way. */
export type Route = {
  name: string;
  /** Path with `:params`; everything else of a page's state is in the query. */
  path: string;
  page: () => Promise<{ default: PageComponent }>;
  /** What the page component receives. */
  props: (params: Params, query: URLSearchParams) => Record<string, unknown>;
  nav: { label: Extract<MessageKey, `nav.${string}`>; seenBy: 'everyone' | 'guest' | 'signed-in' | Ability } | null;
  /** A guest is sent to sign in first and comes back afterwards. */
  needsSignIn: boolean;
  /** The page draws its own bars (the reader). */
  bare?: boolean;
  /** The page puts the focus itself: home and search into the search box. */
  ownFocus?: boolean;
};

const none = () => ({});
const withQuery = (_: Params, query: URLSearchParams) => ({ query });
const withId = (params: Params) => ({ id: params.id });

export const routes: readonly Route[] = [
  {
    name: 'home',
    path: '/',
    page: () => import('./pages/Home.svelte'),
    props: withQuery,
    nav: null,
    needsSignIn: false,
    ownFocus: true,
  },
  {
    name: 'search',
    path: '/search',
    page: () => import('./pages/Search.svelte'),
    props: withQuery,
    nav: { label: 'nav.search', seenBy: 'everyone' },
    needsSignIn: false,
    ownFocus: true,
  },
  {
    name: 'browse',
    path: '/browse',
    page: () => import('./pages/Browse.svelte'),
    props: withQuery,
    nav: { label: 'nav.browse', seenBy: 'everyone' },
    needsSignIn: false,
  },
  {
    name: 'record',
    path: '/record/:id',
    page: () => import('./pages/Record.svelte'),
    props: withId,
    nav: null,
    needsSignIn: false,
  },
  {
    name: 'edit',
    path: '/record/:id/edit',
    page: () => import('./pages/Edit.svelte'),
    props: withId,
    nav: null,
    needsSignIn: true,
  },
  {
    name: 'history',
    path: '/record/:id/history',
    page: () => import('./pages/History.svelte'),
    props: withId,
    nav: null,
    needsSignIn: true,
  },
  {
    name: 'read',
    path: '/read/:fileId/page/:n',
    page: () => import('./reader/Reader.svelte'),
    props: (params, query) => ({ fileId: params.fileId, page: pageNumber(params.n), q: query.get('q') ?? '' }),
    nav: null,
    needsSignIn: false,
    bare: true,
    ownFocus: true,
  },
  {
    name: 'upload',
    path: '/upload',
    page: () => import('./pages/Upload.svelte'),
    props: withQuery,
    nav: { label: 'nav.upload', seenBy: 'upload' },
    needsSignIn: true,
  },
  {
    name: 'drafts',
    path: '/drafts',
    page: () => import('./pages/Drafts.svelte'),
    props: withQuery,
    nav: { label: 'nav.drafts', seenBy: 'seeDrafts' },
    needsSignIn: true,
  },
  {
    name: 'bin',
    path: '/bin',
    page: () => import('./pages/Bin.svelte'),
    props: withQuery,
    nav: { label: 'nav.bin', seenBy: 'seeBin' },
    needsSignIn: true,
  },
  {
    name: 'pages-to-check',
    path: '/pages-to-check',
    page: () => import('./pages/PagesToCheck.svelte'),
    props: none,
    nav: { label: 'nav.pagesToCheck', seenBy: 'publish' },
    needsSignIn: true,
  },
  {
    name: 'people',
    path: '/people',
    page: () => import('./pages/People.svelte'),
    props: none,
    nav: { label: 'nav.people', seenBy: 'managePeople' },
    needsSignIn: true,
  },
  {
    name: 'vocabularies',
    path: '/vocabularies',
    page: () => import('./pages/Vocabularies.svelte'),
    props: withQuery,
    nav: { label: 'nav.vocabularies', seenBy: 'manageVocabularies' },
    needsSignIn: true,
  },
  {
    name: 'sources',
    path: '/sources',
    page: () => import('./pages/Sources.svelte'),
    props: withQuery,
    nav: { label: 'nav.sources', seenBy: 'harvest' },
    needsSignIn: true,
  },
  {
    name: 'duplicates',
    path: '/duplicates',
    page: () => import('./pages/Duplicates.svelte'),
    props: none,
    nav: { label: 'nav.duplicates', seenBy: 'harvest' },
    needsSignIn: true,
  },
  {
    name: 'platforms',
    path: '/platforms',
    page: () => import('./pages/Platforms.svelte'),
    props: none,
    nav: { label: 'nav.platforms', seenBy: 'operate' },
    needsSignIn: true,
  },
  {
    name: 'health',
    path: '/health',
    page: () => import('./pages/Health.svelte'),
    props: none,
    nav: { label: 'nav.health', seenBy: 'seeHealth' },
    needsSignIn: true,
  },
  {
    name: 'operation',
    path: '/operation',
    page: () => import('./pages/Operation.svelte'),
    props: none,
    nav: { label: 'nav.operation', seenBy: 'operate' },
    needsSignIn: true,
  },
  {
    name: 'account',
    path: '/account',
    page: () => import('./pages/Account.svelte'),
    props: none,
    nav: { label: 'nav.account', seenBy: 'signed-in' },
    needsSignIn: true,
  },
  {
    name: 'sign-in',
    path: '/sign-in',
    page: () => import('./pages/SignIn.svelte'),
    props: withQuery,
    nav: { label: 'nav.signIn', seenBy: 'guest' },
    needsSignIn: false,
  },
  {
    name: 'forgot',
    path: '/forgot',
    page: () => import('./pages/Forgot.svelte'),
    props: none,
    nav: null,
    needsSignIn: false,
  },
  {
    name: 'reset',
    path: '/reset',
    page: () => import('./pages/Reset.svelte'),
    props: withQuery,
    nav: null,
    needsSignIn: false,
  },
  {
    name: 'set-up',
    path: '/set-up',
    page: () => import('./pages/SetUp.svelte'),
    props: withQuery,
    nav: null,
    needsSignIn: false,
  },
];

export type Match = { route: Route; params: Params };

/** The route of a path and its decoded params; null when no route has it (the page is not found). */
export function matchRoute(path: string): Match | null {
  const parts = path.split('/').filter(Boolean);
  for (const route of routes) {
    const params = matchParts(route.path.split('/').filter(Boolean), parts);
    if (params) return { route, params };
  }
  return null;
}

function matchParts(pattern: string[], parts: string[]): Params | null {
  if (pattern.length !== parts.length) return null;
  const params: Params = {};
  for (const [at, piece] of pattern.entries()) {
    const part = parts[at]!;
    if (!piece.startsWith(':')) {
      if (piece !== part) return null;
      continue;
    }
    try {
      params[piece.slice(1)] = decodeURIComponent(part);
    } catch {
      return null; // a broken percent sign is no address of ours
    }
  }
  return params;
}

function pageNumber(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

/** Whether the session's person sees this route in the navigation. */
export function isInNavigation(route: Route, session: SessionView): boolean {
  if (!route.nav) return false;
  const { seenBy } = route.nav;
  if (seenBy === 'everyone') return true;
  if (seenBy === 'guest') return session.person === null;
  if (seenBy === 'signed-in') return session.person !== null;
  return session.abilities[seenBy];
}

/** `/search?q=…` with empty values left out, and lists joined by commas or, where a value may hold one, each by itself. */
export function address(
  path: string,
  query: Record<string, string | number | readonly string[] | { each: readonly string[] } | null | undefined> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object' && value !== null && 'each' in value) {
      for (const one of value.each) search.append(name, one);
      continue;
    }
    const text = Array.isArray(value) ? value.join(',') : value === null || value === undefined ? '' : String(value);
    if (text !== '') search.set(name, text);
  }
  const text = search.toString().replaceAll('%2C', ',');
  return text ? `${path}?${text}` : path;
}
