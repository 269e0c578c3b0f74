import type { ChoiceView, ChosenItem, LtiView, PlatformForm } from '../../server/contract/lti.ts';
import { request } from './client.ts';

const part = encodeURIComponent;

export type NewRegistration = Pick<PlatformForm, 'name' | 'strangers' | 'trustsTeachers' | 'keepsNames'>;

/** Apart from calls.ts: few pages need it. */
export const platforms = {
  read: (signal?: AbortSignal) => request<LtiView>('GET', '/api/lti', undefined, signal),
  add: (form: PlatformForm) => request<LtiView>('POST', '/api/lti/platforms', form),
  change: (id: string, form: PlatformForm) => request<LtiView>('PUT', `/api/lti/platforms/${part(id)}`, form),
  remove: (id: string) => request<LtiView>('DELETE', `/api/lti/platforms/${part(id)}`),
  checkKeys: (jwksUrl: string) => request<{ keys: number }>('POST', '/api/lti/keys-check', { jwksUrl }),
  changeKey: () => request<{ ok: true }>('POST', '/api/lti/keys', {}),
  invite: (form: NewRegistration) =>
    request<{ address: string; expiresAt: string }>('POST', '/api/lti/registrations', form),
};

export const choices = {
  read: (ticket: string) => request<ChoiceView>('GET', `/api/lti/choices/${part(ticket)}`),
  make: (ticket: string, items: ChosenItem[]) =>
    request<{ address: string; closed: string[] }>('POST', `/api/lti/choices/${part(ticket)}`, { items }),
};
