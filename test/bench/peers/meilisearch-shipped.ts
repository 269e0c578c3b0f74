import type { SearchDocument } from '../../../search/index.ts';
import type { QueryVocabulary } from '../../../search/query/query-vocabulary.ts';
import { until } from '../../support/temporary.ts';

/** Meilisearch as whoever installs it uses it: its own tokens, ranking and typing errors, with what people call subjects as synonyms. */
export interface ShippedMeilisearch {
  name: string;
  /** Ids of the first ten. */
  ten(query: string): Promise<string[]>;
}

/** `url` as in SEARCH_URL; its prefix names the index, and who gave the place removes it. */
export async function shippedMeilisearch(url: string, documents: readonly SearchDocument[], vocabulary: QueryVocabulary): Promise<ShippedMeilisearch> {
  const { protocol, host, password, pathname } = new URL(url);
  const base = `${protocol.replace('meilisearch+', '')}//${host}`;
  const uid = `${pathname.slice(1)}_shipped`;
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${decodeURIComponent(password)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`Meilisearch answered ${answer.status} to ${method} ${path.split('?')[0]}`);
    return (await answer.json()) as Answer;
  };
  const done = async ({ taskUid }: { taskUid: number }): Promise<void> => {
    const state = await until('Meilisearch has done its task', async () => /succeeded|failed/.exec((await ask<{ status: string }>('GET', `/tasks/${taskUid}`)).status)?.[0], 600);
    if (state !== 'succeeded') throw new Error(`task ${taskUid} of Meilisearch failed`);
  };
  await done(await ask('PATCH', `/indexes/${uid}/settings`, { searchableAttributes: ['title', 'agents', 'keywords'], synonyms: synonymsOf(vocabulary) }));
  const plainDocuments = documents.map(({ id, title, agents, keywords }) => ({ id, title, agents, keywords }));
  for (let at = 0; at < plainDocuments.length; at += 10_000) await done(await ask('POST', `/indexes/${uid}/documents?primaryKey=id`, plainDocuments.slice(at, at + 10_000)));
  const { pkgVersion } = await ask<{ pkgVersion: string }>('GET', '/version');
  return {
    name: `Meilisearch ${pkgVersion} as shipped, synonyms, strategy frequency`,
    ten: async (q) => {
      const { hits } = await ask<{ hits: { id: string }[] }>('POST', `/indexes/${uid}/search`, { q, limit: 10, matchingStrategy: 'frequency', attributesToRetrieve: ['id'] });
      return hits.map(({ id }) => id);
    },
  };
}

/** Every name of a term stands for its label. */
function synonymsOf({ terms }: QueryVocabulary): Record<string, string[]> {
  const synonyms: Record<string, string[]> = {};
  for (const { label, aliases } of terms)
    for (const alias of aliases) {
      const key = alias.toLowerCase();
      if (key !== label.toLowerCase()) synonyms[key] = [...(synonyms[key] ?? []), label];
    }
  return synonyms;
}
