import type { Form } from '../pages/edit-state.ts';

/** Kept in this tab until it is saved, so that a closed laptop or a wrong tap loses nothing. `base` is what the editing began with. */
export type Unsaved = { version: number; base: Form; form: Form; confirmed: string[] };

const key = (id: string) => `tusach.edit.${id}`;

export function keepUnsaved(id: string, unsaved: Unsaved | null): void {
  try {
    if (unsaved) sessionStorage.setItem(key(id), JSON.stringify(unsaved));
    else sessionStorage.removeItem(key(id));
  } catch {
    // storage is full or forbidden: the form itself still holds everything
  }
}

export function unsavedOf(id: string): Unsaved | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key(id)) ?? 'null') as Unsaved | null;
    return kept && typeof kept.version === 'number' && typeof kept.form?.description?.title === 'string' && kept.base
      ? kept
      : null;
  } catch {
    return null;
  }
}
