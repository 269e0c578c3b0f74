import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import helmet from 'helmet';
import type { SearchIndex } from '../search/search-index.ts';
import type { Storage } from '../storage/index.ts';
import { schools } from '../storage/metadata/organisations.ts';
import { accountRoutes } from './accounts/account-routes.ts';
import type { Mail } from './accounts/mail.ts';
import { openBasicSignIn } from './accounts/basic-sign-in.ts';
import { actorOf } from './accounts/open-sessions.ts';
import { peopleRoutes } from './accounts/people-routes.ts';
import type { Actor } from './access/actor.ts';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { filePresenter } from './catalogue/file-presenting.ts';
import { fileArrivals } from './catalogue/file-arrivals.ts';
import type { Config } from './config.ts';
import { pageHead } from './discovery/page-head.ts';
import { discoveryRoutes } from './discovery/discovery-routes.ts';
import { newItemsRoutes } from './discovery/new-items-routes.ts';
import { savedSearchRoutes } from './discovery/saved-search-routes.ts';
import { noTypedQueries, openTypedQueries } from './discovery/query-counting.ts';
import { suggestionRoutes } from './discovery/suggestion-routes.ts';
import { Refusal } from './errors.ts';
import { fileRoutes, removeFile } from './files/file-routes.ts';
import { pageCheckRoutes } from './files/page-check-routes.ts';
import { openProgressEvents } from './files/progress-events.ts';
import { openStaging } from './files/staging.ts';
import { uploadClaims } from './files/upload-claims.ts';
import { mountUploads } from './files/uploads-tus.ts';
import { oaiRoutes } from './harvest/oai-routes.ts';
import { sourceRoutes } from './harvest/sources/source-routes.ts';
import { openDirect } from './http/direct.ts';
import { mountApiDocs } from './http/api-docs.ts';
import { bodyDigest } from './http/body-digest.ts';
import { mountRoutes } from './http/mount.ts';
import { openApiDocument } from './http/openapi.ts';
import { problemAnswers, problemHandler } from './http/problem.ts';
import { requestLog, requestNotes, type Trusts } from './http/request-log.ts';
import type { Route } from './http/route.ts';
import { mountWebPages } from './http/web-pages.ts';
import type { Log } from './log.ts';
import { framesFor } from './lti/framing.ts';
import { launchRoutes } from './lti/launch-routes.ts';
import { openPlatformKeys } from './lti/platform-keys.ts';
import { platformRoutes } from './lti/platform-routes.ts';
import { openDraining } from './operation/draining.ts';
import { healthRoutes } from './operation/health-routes.ts';
import { openLibraryFigures } from './operation/library-figures.ts';
import { measuredSearch } from './operation/measured-search.ts';
import { openMetrics } from './operation/metrics.ts';
import { metricsRoutes } from './operation/metrics-routes.ts';
import { operationRoutes } from './operation/operation-routes.ts';
import { opdsRoutes } from './opds/opds-routes.ts';
import { entryRoutes } from './merging/entry-routes.ts';
import { exchangeRoutes } from './peers/exchange-routes.ts';
import { askingPeer, isSigned } from './peers/peer-asking.ts';
import { peerRoutes } from './peers/peer-routes.ts';
import { readerRoutes } from './reader/reader-routes.ts';
import { referenceRoutes } from './references/reference-routes.ts';
import { sruRoutes } from './sru/sru-routes.ts';

export interface AppParts {
  config: Pick<Config, 'folder' | 'publicUrl' | 'trustProxy' | 'uploadMaxBytes' | 'objectStoreUrl' | 'searchUrl' | 'metricsToken' | 'adminEmail' | 'countQueries'>;
  storage: Storage;
  search: SearchIndex;
  mail: Mail | null;
  log: Log;
  version: string;
  /** Folder of the built web application; null: the API alone. */
  dist: string | null;
  /** Folder where uploads wait for their last byte, unless the objects lie on a server: then they wait there. */
  staging: string;
  checkAnswers?: boolean;
}

export interface App {
  listener: RequestListener;
  routes: Route[];
  /** Tells proxies to send nobody here any more; resolves when they know. */
  drain(): Promise<void>;
  /** Writes down what is only counted in memory. */
  settle(): Promise<void>;
  /** Ends what would go on for as long as the process. */
  close(): void;
}

/** The whole HTTP surface, on one screen. */
export function createApp(parts: AppParts): App {
  const { storage, log, config, version } = parts;
  const { metadata, objects } = storage;
  const { folder } = config;
  const draining = openDraining();
  const figures = openLibraryFigures({ metadata, search: parts.search, folder }, (error) => log.error({ err: error as Error }, 'figures of the library not read'));
  const store = config.objectStoreUrl ? 's3' : 'files';
  const engine = config.searchUrl ? 'meilisearch' : 'embedded';
  const metrics = openMetrics({ version, database: metadata.kind, objects: store, search: engine }, figures);
  const search = measuredSearch(parts.search, metrics);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  if (config.trustProxy) app.set('trust proxy', /^\d+$/.test(config.trustProxy) ? Number(config.trustProxy) : config.trustProxy);

  const notes = requestNotes(log, app.get('trust proxy fn') as Trusts, metrics.requestEnded);
  const answerProblem = problemAnswers(log, config.publicUrl, metrics.partFailed);
  const secure = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'self'"],
        // A school's library often runs without TLS inside the building; upgrading would break it.
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: config.publicUrl.startsWith('https:') ? undefined : false,
    crossOriginResourcePolicy: { policy: 'same-site' },
    crossOriginEmbedderPolicy: false,
    originAgentCluster: false,
  });
  const closing = (response: ServerResponse): void => {
    if (draining.begun()) response.setHeader('connection', 'close');
  };
  app.use(requestLog(notes), secure, (_request, response, next) => {
    closing(response);
    next();
  });

  const whoAsks = (request: IncomingMessage): Promise<Actor> => (isSigned(request) ? askingPeer(metadata, request, bodyDigest(request)) : actorOf(metadata, request));
  const self = async () => ({ name: (await schools(metadata.queries))[0]?.name ?? 'Tủ Sách', address: config.publicUrl });
  let setUp = false;
  const gate = async (actor: Actor): Promise<void> => {
    setUp ||= (await schools(metadata.queries)).length > 0;
    if (!setUp) throw new Refusal('not-set-up');
    if (actor.kind === 'person' && actor.mustChangePassword) throw new Refusal('password-must-change');
  };

  const staging = openStaging({ folder: parts.staging, objects: config.objectStoreUrl ? objects : null });
  const receiving = { metadata, objects, ...fileArrivals(metadata), staging, claims: uploadClaims(metadata) };
  const events = openProgressEvents(metadata, (error) => log.error({ err: error as Error }, 'progress not read'));
  const files = {
    ...receiving,
    events,
    viewFiles: filePresenter(metadata),
    fileRemoved: (...given: Parameters<typeof removeFile> extends [unknown, ...infer Rest] ? Rest : never) => removeFile(receiving, ...given),
  };

  const typed = config.countQueries ? openTypedQueries(metadata, (error) => log.error({ err: error as Error }, 'typed queries not counted')) : noTypedQueries;
  const routes: Route[] = [
    ...healthRoutes({ metadata, objects, search, folder, version, draining }),
    ...metricsRoutes({ metrics, token: config.metricsToken, actorOf: whoAsks }),
    ...operationRoutes({ metadata, search, folder, version, store, engine, log }),
    ...accountRoutes({ metadata, mail: parts.mail, publicUrl: config.publicUrl }),
    ...peopleRoutes({ metadata }),
    ...catalogueRoutes({ metadata }),
    ...discoveryRoutes({ metadata, search, log, typed }),
    ...suggestionRoutes({ metadata, search, typed }),
    ...savedSearchRoutes({ metadata, search, publicUrl: config.publicUrl }),
    ...newItemsRoutes({ metadata, publicUrl: config.publicUrl }),
    ...fileRoutes(files),
    ...pageCheckRoutes({ metadata }),
    ...oaiRoutes({ metadata, publicUrl: config.publicUrl, adminEmail: config.adminEmail }),
    ...sourceRoutes({ metadata, log }),
    ...entryRoutes({ metadata }),
    ...peerRoutes({ metadata, log, self }),
    ...exchangeRoutes({ metadata, objects, publicUrl: config.publicUrl, self }),
    ...referenceRoutes({ metadata, publicUrl: config.publicUrl }),
    ...sruRoutes({ metadata, publicUrl: config.publicUrl }),
    ...platformRoutes({ metadata, publicUrl: config.publicUrl, log }),
    ...launchRoutes({ metadata, publicUrl: config.publicUrl, keys: openPlatformKeys(metadata), log }),
    ...opdsRoutes({ metadata, objects, search, publicUrl: config.publicUrl, resetByMail: parts.mail !== null, whoAsks: openBasicSignIn(metadata), gate }),
    ...readerRoutes({ metadata, objects, search, publicUrl: config.publicUrl }),
  ];
  mountUploads(app, { ...receiving, maxBytes: config.uploadMaxBytes }, async (request) => {
    const actor = await whoAsks(request);
    await gate(actor);
    return actor;
  });
  mountRoutes(app, routes, { actorOf: whoAsks, gate, checkAnswers: parts.checkAnswers });

  const document = openApiDocument(routes, version, config.publicUrl);
  app.get('/api/openapi.json', (_request, response) => void response.set('access-control-allow-origin', '*').json(document));
  mountApiDocs(app);
  app.use(['/api', '/iiif', '/lti', '/opds', '/feeds'], () => {
    throw new Refusal('not-found');
  });
  if (parts.dist) {
    const headOf = pageHead({ metadata, publicUrl: config.publicUrl, actorOf: whoAsks });
    mountWebPages(app, parts.dist, { headOf, framesFor: (request) => framesFor(metadata, request) });
  }
  app.use(problemHandler(answerProblem));

  const direct = openDirect(routes, {
    actorOf: whoAsks,
    gate,
    begin(request, response, route) {
      closing(response);
      secure(request, response, () => {});
      return notes.begin(request, response, () => route);
    },
    fail: answerProblem,
  });

  return {
    listener: (request, response) => void (direct(request, response) || app(request, response)),
    routes,
    drain: () => draining.begin(),
    settle: () => typed.flush(),
    close() {
      typed.close();
      events.close();
      metrics.close();
    },
  };
}
