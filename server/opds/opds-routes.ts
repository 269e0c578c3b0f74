import type { Request, Response } from 'express';
import { z } from 'zod';
import { schools } from '../../storage/metadata/organisations.ts';
import { namedRecord } from '../../storage/metadata/records.ts';
import type { BasicSignIn } from '../accounts/basic-sign-in.ts';
import type { Actor } from '../access/actor.ts';
import { recordView } from '../catalogue/record-view.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import type { Searching } from '../discovery/asked-search.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import { authenticationDocument } from './authentication-document.ts';
import { sendChallenge, sendDocument } from './opds-answer.ts';
import { atomEntry, atomFeed, atomTypes, descriptionType, searchDescription } from './opds-atom.ts';
import { baseOf, newestQuery, recordsAsked, recordsQuery, treeQuery, type Version } from './opds-asked.ts';
import { type Asking, newestFeed, recordsFeed } from './opds-catalogue.ts';
import { opdsEntry } from './opds-entry.ts';
import { authenticationAddress, authenticationType, type FeedFrame, type OpdsFeed } from './opds-feed.ts';
import { type OpdsFileParts, sendPage, sendPublication } from './opds-files.ts';
import { feedType, jsonFeed, jsonText, publication, publicationType } from './opds-json.ts';
import { opdsWords } from './opds-words.ts';
import { gradesFeed, levelsFeed, rootFeed, subjectsFeed, typesFeed } from './opds-tree.ts';
import { onShelf, withFiles } from './opds-shelf.ts';

export interface OpdsParts extends Searching, OpdsFileParts {
  publicUrl: string;
  resetByMail: boolean;
  /** Who asks, by HTTP Basic too: it is taken here and nowhere else. */
  whoAsks: BasicSignIn;
  /** Refuses whoever must change their password first. */
  gate(actor: Actor): Promise<void>;
}

type Schema = z.ZodType;
type Output<S> = S extends Schema ? z.output<S> : undefined;
interface Asked<P, Q> {
  actor: Actor;
  params: P;
  query: Q;
  request: Request;
  response: Response;
}

const versions: readonly Version[] = [1, 2];
/** Whoever signed in comes back by the address that asks for it, so that an app which lost the password asks for it again. */
const rootOf = (version: Version, actor: Actor): string =>
  actor.kind === 'guest' ? baseOf(version) : `${baseOf(version)}/account`;

/** /opds: the catalogue for reader apps, by OPDS 1.2 (Atom) and, under /opds/v2, OPDS 2.0 (JSON). */
export function opdsRoutes(parts: OpdsParts): Route[] {
  const { metadata, publicUrl } = parts;
  /** The person's own; the first for guests, as on the pages. */
  const schoolOf = async (actor: Actor) => {
    const all = await schools(metadata.queries);
    return all.find(({ id }) => actor.kind === 'person' && id === actor.schoolId) ?? all[0]!;
  };
  const wordsFor = (actor: Actor) => opdsWords[actor.language ?? 'vi'];

  const howToSignIn = async (): Promise<object> =>
    authenticationDocument(publicUrl, (await schools(metadata.queries))[0]!.name, opdsWords.vi, parts.resetByMail);

  /** A route whose asker may sign in by HTTP Basic; whoever has to is told how (Authentication for OPDS 1.0 section 2.4). */
  function opdsRoute<P extends Schema | undefined = undefined, Q extends Schema | undefined = undefined>(
    declared: Pick<Route, 'path' | 'summary'> & {
      params?: P;
      query?: Q;
      handle(asked: Asked<Output<P>, Output<Q>>): Promise<void>;
    },
  ): Route {
    return route<P, Q>({
      ...declared,
      method: 'get',
      tag: 'sharing',
      answers: 'bytes',
      anonymous: true,
      handle: async ({ params, query, request, response }) => {
        try {
          const actor = await parts.whoAsks(request, request.ip ?? '');
          await parts.gate(actor);
          await declared.handle({ actor, params, query, request, response });
        } catch (error) {
          if (!(error instanceof Refusal) || error.status !== 401 || response.headersSent) throw error;
          sendChallenge(response, await howToSignIn());
        }
      },
    });
  }

  async function askingOf(actor: Actor, version: Version): Promise<Asking> {
    const language = actor.language ?? 'vi';
    return {
      parts,
      actor,
      version,
      language,
      words: opdsWords[language],
      vocabularies: await loadVocabularies(metadata),
      school: await schoolOf(actor),
      root: rootOf(version, actor),
    };
  }

  const frameOf = ({ version, school, words, language, root }: Asking): FeedFrame => ({
    ...{ publicUrl, school: school.name, start: root, language, searchTitle: words.search },
    search: version === 1 ? '/opds/search.xml' : '/opds/v2/records{?query}',
  });

  function sendFeed(asking: Asking, feed: OpdsFeed, request: Request, response: Response): Promise<void> {
    const frame = frameOf(asking);
    return asking.version === 1
      ? sendDocument(asking.actor, request, response, `${atomTypes[feed.kind]};charset=utf-8`, atomFeed(frame, feed))
      : sendDocument(asking.actor, request, response, feedType, jsonText(jsonFeed(frame, feed)));
  }

  const inVersion = (version: Version): Route[] => {
    const base = baseOf(version);
    const name = version === 1 ? 'OPDS 1.2' : 'OPDS 2.0';
    const feedRoute = <Q extends Schema | undefined = undefined>(
      path: string,
      summary: string,
      make: (asking: Asking, query: Output<Q>) => Promise<OpdsFeed>,
      query?: Q,
    ): Route =>
      opdsRoute<undefined, Q>({
        path: `${base}${path}`,
        summary: `${name}: ${summary}`,
        query,
        handle: async ({ actor, query: given, request, response }) => {
          const asking = await askingOf(actor, version);
          await sendFeed(asking, await make(asking, given), request, response);
        },
      });
    return [
      feedRoute('', 'the root of the catalogue', (asking) => rootFeed(asking, base)),
      feedRoute('/account', 'the root, for those who sign in', (asking) => {
        if (asking.actor.kind === 'guest') throw new Refusal('not-signed-in');
        return rootFeed(asking, `${base}/account`);
      }),
      feedRoute('/levels', 'the school levels', levelsFeed),
      feedRoute('/grades', 'the grades of a level', gradesFeed, treeQuery.pick({ level: true })),
      feedRoute('/subjects', 'the subjects of a place', subjectsFeed, treeQuery),
      feedRoute('/types', 'the types of resources', typesFeed),
      feedRoute(
        '/new',
        'everything, the newest first; pages hang on rows, so that none is lost',
        newestFeed,
        newestQuery,
      ),
      feedRoute(
        '/records',
        'a search, a branch of the tree, or everything, with facets',
        (asking, query) => recordsFeed(asking, recordsAsked(query)),
        recordsQuery,
      ),
      opdsRoute({
        path: `${base}/records/:id`,
        summary: `${name}: one record with all that is known of it`,
        params: z.object({ id: z.string().max(100) }),
        handle: async ({ actor, params, request, response }) => {
          const record = await namedRecord(metadata.queries, params.id);
          if (!record || !onShelf(actor, record)) {
            // Says 410 with the tombstone to those who could read it.
            const refused = await recordView(metadata, actor, params.id).then(
              () => null,
              (error: unknown) => error,
            );
            if (refused && !(refused instanceof Refusal && refused.code === 'record-not-found')) throw refused;
            throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'record-not-found', { id: params.id });
          }
          const asking = await askingOf(actor, version);
          const [book] = await withFiles(metadata, [record]);
          const entry = opdsEntry(actor, book!, asking.vocabularies, asking.language);
          if (version === 1)
            await sendDocument(
              actor,
              request,
              response,
              `${atomTypes.entry};charset=utf-8`,
              atomEntry(frameOf(asking), entry),
            );
          else
            await sendDocument(
              actor,
              request,
              response,
              publicationType,
              jsonText(publication(frameOf(asking), entry)),
            );
        },
      }),
    ];
  };

  return [
    ...versions.flatMap(inVersion),
    opdsRoute({
      path: '/opds/search.xml',
      summary: 'OpenSearch 1.1: how to search the catalogue',
      handle: async ({ actor, request, response }) => {
        await sendDocument(
          actor,
          request,
          response,
          `${descriptionType};charset=utf-8`,
          searchDescription(publicUrl, (await schoolOf(actor)).name, wordsFor(actor).search),
        );
      },
    }),
    route({
      method: 'get',
      path: authenticationAddress,
      summary: 'Authentication for OPDS 1.0: how to sign in with a reader app',
      tag: 'sharing',
      answers: 'bytes',
      anonymous: true,
      handle: async ({ response }) => {
        const text = JSON.stringify(await howToSignIn());
        response
          .set({
            'content-type': authenticationType,
            'cache-control': 'public, no-cache',
            'access-control-allow-origin': '*',
          })
          .end(text);
      },
    }),
    opdsRoute({
      path: '/opds/files/:id/original',
      summary: 'The original bytes of a file, whole or in ranges, for reader apps',
      params: z.object({ id: z.string().max(100) }),
      handle: ({ actor, params, request, response }) => sendPublication(parts, actor, params.id, request, response),
    }),
    opdsRoute({
      path: '/opds/files/:id/pages',
      summary: 'A page of a file as JPEG: page streaming, and covers',
      params: z.object({ id: z.string().max(100) }),
      query: z.object({
        page: z.coerce.number().int().min(0).max(1_000_000),
        width: z.coerce.number().int().min(1).max(100_000).optional(),
        v: z.string().max(20).optional(),
      }),
      handle: ({ actor, params, query, request, response }) =>
        sendPage(parts, actor, params.id, query, request, response),
    }),
  ];
}
