import type { Language, SessionView } from '../../server/contract/person.ts';
import * as api from '../api/calls.ts';
import { useCsrf } from '../api/client.ts';
import { showAccent } from './accent.ts';
import { language, speak } from './language.svelte.ts';

const nothing: SessionView = {
  person: null,
  csrf: null,
  language: null,
  abilities: {
    upload: false,
    publish: false,
    seeDrafts: false,
    seeBin: false,
    managePeople: false,
    manageVocabularies: false,
    harvest: false,
    seeHealth: false,
    operate: false,
  },
  needsSetUp: false,
  school: null,
  mail: false,
};

class Session {
  view = $state.raw<SessionView>(nothing);
  /** False until the server has said who we are. */
  known = $state(false);
}
const session = new Session();

/** Who is asking, and what they may do; of a guest until `loadSession` has ended. */
export const who = (): SessionView => session.view;
export const sessionKnown = (): boolean => session.known;

/** Takes over a session the server answered with: token, colour, language. */
export async function enter(view: SessionView): Promise<void> {
  session.view = view;
  session.known = true;
  useCsrf(view.csrf, loadSession);
  showAccent(view.school?.accent ?? null);
  const chosen = view.person?.language ?? view.language;
  if (chosen && chosen !== language()) await speak(chosen);
}

export async function loadSession(): Promise<void> {
  await enter(await api.session.read());
}

export async function signOut(): Promise<void> {
  await api.session.signOut();
  await loadSession();
}

/** Shows the language at once and keeps it: with the person when signed in, in this browser otherwise. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  await speak(chosen);
  if (session.view.person) await api.session.chooseLanguage(chosen);
}
