import type { BrowseView } from '../../server/contract/browse.ts';
import type { FileView, UploadOutcome } from '../../server/contract/file.ts';
import type { PreviewView, RepositoryView } from '../../server/contract/harvest.ts';
import type { Health } from '../../server/contract/health.ts';
import type { PagesToCheck } from '../../server/contract/page-check.ts';
import type { OperationView } from '../../server/contract/operation.ts';
import type { Language, PersonView, SessionView } from '../../server/contract/person.ts';
import type { RecordView } from '../../server/contract/record.ts';
import type { SavedSearch, SavedSearches } from '../../server/contract/saved-search.ts';
import type {
  FacetName,
  FacetValues,
  SearchResult,
  SimilarRecords,
  Suggestion,
  Suggestions,
} from '../../server/contract/search.ts';
import type { Term, VocabularyName } from '../../server/contract/vocabulary.ts';
import { ProblemError, request } from './client.ts';
import type * as Shape from './shapes.ts';

const part = encodeURIComponent;

export const session = {
  read: () => request<SessionView>('GET', '/api/session'),
  signIn: (username: string, password: string) => request<SessionView>('POST', '/api/session', { username, password }),
  signOut: () => request<Shape.Okay>('DELETE', '/api/session'),
  chooseLanguage: (language: Language) => request<Shape.Okay>('PUT', '/api/session/language', { language }),
  changePassword: (current: string, next: string) =>
    request<SessionView>('POST', '/api/session/password', { current, next }),
  list: () => request<{ sessions: Shape.OpenSession[] }>('GET', '/api/session/sessions'),
  end: (id: string) => request<Shape.Okay>('DELETE', `/api/session/sessions/${part(id)}`),
  tokens: () => request<{ tokens: Shape.AccessToken[] }>('GET', '/api/session/tokens'),
  makeToken: (name: string, days: number) =>
    request<Shape.AccessTokenWithSecret>('POST', '/api/session/tokens', { name, days }),
  endToken: (id: string) => request<Shape.Okay>('DELETE', `/api/session/tokens/${part(id)}`),
  forgotPassword: (username: string) => request<Shape.Okay>('POST', '/api/password-resets', { username }),
  resetPassword: (token: string, password: string) =>
    request<Shape.Okay>('PUT', '/api/password-resets', { token, password }),
  setUp: (form: Shape.SetUpForm) => request<SessionView>('POST', '/api/set-up', form),
};

export const people = {
  list: () => request<Shape.People>('GET', '/api/people'),
  add: (person: Shape.NewPerson) => request<Shape.PersonWithPassword>('POST', '/api/people', person),
  change: (id: string, changes: Shape.PersonChanges) =>
    request<PersonView>('PATCH', `/api/people/${part(id)}`, changes),
  resetPassword: (id: string) =>
    request<Shape.PersonWithPassword>('POST', `/api/people/${part(id)}/password-reset`, {}),
};

export const vocabularies = {
  all: () => request<{ vocabularies: Shape.Vocabularies }>('GET', '/api/vocabularies'),
  put: (name: VocabularyName, code: string, changes: Shape.TermChanges) =>
    request<Term>('PUT', `/api/vocabularies/${name}/${part(code)}`, changes),
};

export type RecordList = 'recent' | 'drafts' | 'bin' | 'withdrawn';

export const records = {
  list: (list: RecordList, size = 24, after: string | null = null, signal?: AbortSignal) =>
    request<Shape.RecordLines>(
      'GET',
      `/api/records?list=${list}&size=${size}${after ? `&after=${part(after)}` : ''}`,
      undefined,
      signal,
    ),
  read: (id: string) => request<RecordView>('GET', `/api/records/${part(id)}`),
  add: (description: { title: string; link?: string; licence?: string }) =>
    request<RecordView>('POST', '/api/records', description),
  change: (
    id: string,
    changes: { version: number; description?: Record<string, unknown>; licence?: string; scope?: string },
  ) => request<RecordView>('PATCH', `/api/records/${part(id)}`, changes),
  act: (id: string, act: 'publish' | 'unpublish' | 'delete' | 'restore', version: number) =>
    request<RecordView>('POST', `/api/records/${part(id)}/${act}`, { version }),
  withdraw: (id: string, version: number, reason: string) =>
    request<RecordView>('POST', `/api/records/${part(id)}/withdraw`, { version, reason }),
  history: (id: string) => request<Shape.RecordHistory>('GET', `/api/records/${part(id)}/history`),
  undo: (id: string, version: number, to: number) =>
    request<RecordView>('POST', `/api/records/${part(id)}/undo`, { version, to }),
};

export const search = (query: string, signal?: AbortSignal) =>
  request<SearchResult>('GET', `/api/search${query}`, undefined, signal);

export const browse = (query: string, signal?: AbortSignal) =>
  request<BrowseView>('GET', `/api/browse${query}`, undefined, signal);

/** Values of one facet under a search, by how a word of them begins. `query`: the search as in its address. */
export const facetValues = (query: string, facet: FacetName, starts: string, signal?: AbortSignal) =>
  request<FacetValues>(
    'GET',
    `/api/search/facet${query}${query === '' ? '?' : '&'}facet=${facet}&starts=${part(starts)}`,
    undefined,
    signal,
  );

export const suggestions = async (q: string, signal: AbortSignal): Promise<Suggestion[]> =>
  (await request<Suggestions>('GET', `/api/search/suggestions?q=${encodeURIComponent(q)}`, undefined, signal))
    .suggestions;

export const similar = (id: string, signal: AbortSignal) =>
  request<SimilarRecords>('GET', `/api/records/${part(id)}/similar`, undefined, signal);

export const savedSearches = {
  all: (signal: AbortSignal) => request<SavedSearches>('GET', '/api/searches', undefined, signal),
  save: (name: string, query: string, alerts = true) =>
    request<SavedSearch>('POST', '/api/searches', { name, query, alerts }),
  change: (id: string, changes: { name?: string; alerts?: boolean; seen?: true; feed?: boolean }) =>
    request<SavedSearch>('PATCH', `/api/searches/${part(id)}`, changes),
  forget: (id: string) => request<Shape.Okay>('DELETE', `/api/searches/${part(id)}`),
};

export const files = {
  read: (id: string) => request<FileView>('GET', `/api/files/${part(id)}`),
  remove: (id: string) => request<Shape.Okay>('DELETE', `/api/files/${part(id)}`),
  retry: (id: string) => request<FileView>('POST', `/api/files/${part(id)}/retry`, {}),
  givePassword: (id: string, password: string) =>
    request<FileView>('POST', `/api/files/${part(id)}/password`, { password }),
  active: () => request<Shape.ActiveFiles>('GET', '/api/ingest/active'),
  outcome: (uploadId: string, signal?: AbortSignal) =>
    request<UploadOutcome>('GET', `/api/uploads/${part(uploadId)}/outcome`, undefined, signal),
  /** Address of the bytes; `inline` for players, otherwise the browser keeps them. */
  original: (id: string, inline = false) => `/api/files/${part(id)}/original${inline ? '?inline=1' : ''}`,
  /** Page 1, small; there once a page can be read. */
  thumbnail: (file: Pick<FileView, 'id' | 'revision'>) =>
    `/api/files/${part(file.id)}/pages/1/thumbnail?size=small&v=${file.revision}`,
};

export const pageChecks = {
  list: (after: string | null = null) =>
    request<PagesToCheck>('GET', `/api/pages-to-check${after ? `?after=${part(after)}` : ''}`),
  mark: (fileId: string, page: number, checked: boolean) =>
    request<Shape.Okay>('PUT', `/api/files/${part(fileId)}/pages/${page}/check`, { checked }),
  recognise: (fileId: string, page: number, language: 'vi' | 'en' | null, turn: number) =>
    request<{ pages: number }>('POST', `/api/files/${part(fileId)}/pages/${page}/recognition`, { language, turn }),
  recogniseFile: (fileId: string, language: 'vi' | 'en' | null) =>
    request<{ pages: number }>('POST', `/api/files/${part(fileId)}/recognition`, { language }),
};

export const operation = {
  read: (signal?: AbortSignal) => request<OperationView>('GET', '/api/operation', undefined, signal),
  retry: (jobId: string) => request<Shape.Okay>('POST', `/api/operation/failed/${part(jobId)}/retry`, {}),
  retryAll: () => request<{ queued: number }>('POST', '/api/operation/failed/retry', {}),
  reindex: () => request<Shape.Okay>('POST', '/api/operation/reindex', {}),
};

export const sources = {
  list: (signal?: AbortSignal) => request<Shape.SourceList>('GET', '/api/harvest/sources', undefined, signal),
  read: (id: string, signal?: AbortSignal) =>
    request<Shape.SourceDetail>('GET', `/api/harvest/sources/${part(id)}`, undefined, signal),
  look: (address: string, signal?: AbortSignal) =>
    request<RepositoryView>('POST', '/api/harvest/look', { address }, signal),
  preview: (asked: Shape.PreviewAsked, signal?: AbortSignal) =>
    request<PreviewView>('POST', '/api/harvest/preview', asked, signal),
  add: (source: Shape.NewSource) => request<Shape.SourceDetail>('POST', '/api/harvest/sources', source),
  change: (id: string, changes: Shape.SourceChanges) =>
    request<Shape.SourceDetail>('PATCH', `/api/harvest/sources/${part(id)}`, changes),
  remove: (id: string) => request<Shape.Okay>('DELETE', `/api/harvest/sources/${part(id)}`),
  run: (id: string, whole: boolean) =>
    request<Shape.SourceDetail>('POST', `/api/harvest/sources/${part(id)}/run`, { whole }),
  stop: (id: string) => request<Shape.SourceDetail>('POST', `/api/harvest/sources/${part(id)}/stop`, {}),
  asides: (id: string, after: string) =>
    request<Shape.AsideList>('GET', `/api/harvest/sources/${part(id)}/asides?after=${part(after)}`),
  hosts: (signal?: AbortSignal) => request<Shape.AllowedHosts>('GET', '/api/harvest/allowed-hosts', undefined, signal),
  putHosts: (hosts: string[]) => request<Shape.AllowedHosts>('PUT', '/api/harvest/allowed-hosts', { hosts }),
};

export const entries = {
  questions: (signal?: AbortSignal) =>
    request<Shape.EntryQuestions>('GET', '/api/entries/questions', undefined, signal),
  decisions: (signal?: AbortSignal) =>
    request<Shape.EntryDecisions>('GET', '/api/entries/decisions', undefined, signal),
  decide: (one: string, other: string, decision: 'same' | 'different') =>
    request<Shape.EntryDecisions>('POST', '/api/entries/decisions', { one, other, decision }),
  undo: (id: string) => request<Shape.EntryDecisions>('DELETE', `/api/entries/decisions/${part(id)}`),
  split: (recordId: string) => request<Shape.Okay>('POST', '/api/entries/splits', { recordId }),
};

/** 503 answers the same view as 200: it says which part is down. */
export async function health(): Promise<Health> {
  const answer = await fetch('/api/health').catch(() => {
    throw new ProblemError({ code: 'offline', status: 0 });
  });
  const view = (await answer.json().catch(() => null)) as Health | null;
  if (!view?.parts) throw new ProblemError({ code: 'internal-error', status: answer.status });
  return view;
}
