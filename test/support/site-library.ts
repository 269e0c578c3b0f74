import { expect } from 'chai';
import { putAllowedHosts } from '../../server/outbound/allowed-hosts.ts';
import { openSource } from '../../server/harvest/sources/open-reader.ts';
import { goOnHarvesting, type HarvestParts } from '../../server/harvest/sources/run-harvest.ts';
import { pino } from 'pino';
import type { Queries } from '../../storage/metadata/database.ts';
import { openTestApp, type TestApp, type Visitor } from './app.ts';
import { openSite, type Site } from './told-site.ts';

/** A library that takes records from sites of a test, with the harvests run where the test wants them. */
export interface SiteLibrary {
  app: TestApp;
  librarian: Visitor;
  site(): Promise<Site>;
  add(address: string, kind: string, more?: Record<string, unknown>): Promise<string>;
  /** Harvests until the run ends or waits. */
  run(id: string, options?: { whole?: boolean; bytes?: number }): Promise<{ held: number; asides: number; run: Record<string, unknown> }>;
  /** One page of a run that has begun, and then the process ends. */
  onePage(id: string): Promise<void>;
  rows(id: string): Promise<{ id: string; title: string; state: string; version: number; licence: string; said: Record<string, unknown> }[]>;
  asides(id: string): Promise<{ identifier: string | null; reason: string; detail: string; text: string }[]>;
  close(): Promise<void>;
}

export async function openSiteLibrary(): Promise<SiteLibrary> {
  const app = await openTestApp();
  const librarian = await app.as('librarian');
  const sites: Site[] = [];
  const log = pino({ level: 'silent' });
  const parts = { metadata: app.storage.metadata, log, checkLease: async () => {} };
  const opening =
    (limits: { bytes?: number }): HarvestParts['open'] =>
    (source, signal) =>
      openSource(app.storage.metadata, source, signal, { limits, pauseMs: 1 });
  const queries = app.storage.metadata.queries;

  return {
    app,
    librarian,
    async site() {
      const site = await openSite();
      sites.push(site);
      await putAllowedHosts(queries, sites.map(({ host }) => host));
      return site;
    },
    async add(address, kind, more = {}) {
      const made = await librarian.post('/api/harvest/sources', { address, kind, scope: 'public', schedule: 'hand', ...more });
      expect(made.status, made.text).to.equal(201);
      return made.body.id;
    },
    async run(id, { whole = false, bytes } = {}) {
      const begun = await librarian.post(`/api/harvest/sources/${id}/run`, { whole });
      expect(begun.status, begun.text).to.equal(200);
      await goOnHarvesting({ ...parts, signal: new AbortController().signal, open: opening(bytes === undefined ? {} : { bytes }) }, id);
      const source = (await librarian.get(`/api/harvest/sources/${id}`)).body;
      expect(source.run.state).not.to.equal('running');
      return source;
    },
    async onePage(id) {
      const before = await pagesOf(id);
      const stop = new AbortController();
      const dead = new Error('the process has ended');
      // The lease is looked at in the transaction that writes a page: the second one does not come to be.
      const checkLease = async (within: Queries): Promise<void> => {
        if ((await pagesOf(id, within)) > before) stop.abort(dead);
        stop.signal.throwIfAborted();
      };
      await goOnHarvesting({ ...parts, checkLease, signal: stop.signal, open: opening({}) }, id).catch((error: unknown) => {
        if (error !== dead) throw error;
      });
      expect(await pagesOf(id)).to.equal(before + 1);
    },
    async rows(id) {
      const rows = await queries.selectFrom('records').selectAll().where('source_id', '=', id).orderBy('id').execute();
      return rows.map((row) => ({ id: row.id, title: row.title, state: row.state, version: row.version, licence: row.licence, said: JSON.parse(row.description_json) as Record<string, unknown> }));
    },
    async asides(id) {
      return (await librarian.get(`/api/harvest/sources/${id}/asides?size=100`)).body.asides;
    },
    async close() {
      await app.close();
      for (const site of sites) await site.close();
    },
  };

  async function pagesOf(id: string, within = queries): Promise<number> {
    const row = await within.selectFrom('harvest_runs').select('pages').where('source_id', '=', id).orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();
    return row.pages;
  }
}
