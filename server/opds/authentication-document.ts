import { authenticationAddress } from './opds-feed.ts';
import type { OpdsWords } from './opds-words.ts';

/** Authentication for OPDS 1.0, section 2: what an app shows before it asks for a name and a password. */
export function authenticationDocument(
  publicUrl: string,
  school: string,
  words: OpdsWords,
  resetByMail: boolean,
): object {
  return {
    id: `${publicUrl}${authenticationAddress}`,
    title: `Tủ Sách – ${school}`,
    description: words.whoMay(school),
    links: [
      { rel: 'start', href: `${publicUrl}/opds/v2/account`, type: 'application/opds+json' },
      { rel: 'help', href: `${publicUrl}${resetByMail ? '/forgot' : '/'}`, type: 'text/html' },
    ],
    authentication: [
      { type: 'http://opds-spec.org/auth/basic', labels: { login: words.login, password: words.password } },
    ],
  };
}
