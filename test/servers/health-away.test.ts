import { expect } from 'chai';
import { openTestApp, type TestApp } from '../support/app.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { givenServers } from '../support/servers.ts';
import { until } from '../support/temporary.ts';

const token = 'thu-nghiem-thu-nghiem';

for (const [name, setting] of [
  ['database', 'DATABASE_URL'],
  ['object store', 'OBJECT_STORE_URL'],
] as const) {
  describe(`health and metrics while the ${name} does not answer`, function () {
    this.timeout(120_000);
    let app: TestApp;
    let way: FaultyProxy;
    let address: string | undefined;

    before(async function () {
      const { databaseUrl, objectStoreUrl } = givenServers();
      const given = setting === 'DATABASE_URL' ? databaseUrl : objectStoreUrl;
      if (given === null) this.skip(); // no such server was given
      address = given;
      way = await faultyProxy(given.replace(/^s3\+/, ''));
      process.env[setting] = way.through(given);
      app = await openTestApp({ environment: { METRICS_TOKEN: token } });
    });
    after(async () => {
      if (address === undefined) return;
      await way?.fault(null);
      await app?.close();
      await way?.close();
      process.env[setting] = address;
    });

    async function within(seconds: number, path: string): Promise<{ status: number; text: string }> {
      const asked = performance.now();
      const answer = await app.visitor().get(path, path === '/metrics' ? { authorization: `Bearer ${token}` } : {});
      expect(performance.now() - asked, `${path}: ms`).to.be.below(seconds * 1000);
      return answer;
    }

    it('live answers at once, ready says no in time, metrics of the process are told; all is well again afterwards', async () => {
      expect((await within(5, '/api/health/ready')).status).to.equal(200);
      await way.fault({ kind: 'hang' });
      expect((await within(5, '/api/health/ready')).status).to.equal(503);
      for (let n = 0; n < 5; n++) {
        expect((await within(1, '/api/health/live')).status).to.equal(200);
        expect((await within(5, '/api/health')).status).to.equal(503);
        expect((await within(5, '/api/health/ready')).status).to.equal(503);
      }
      const metrics = await within(5, '/metrics');
      expect(metrics.status).to.equal(200);
      expect(metrics.text).to.contain(`tu_sach_library_answered ${setting === 'DATABASE_URL' ? 0 : 1}`);
      await way.fault(null);
      await until('it is ready again', async () => (await app.visitor().get('/api/health/ready')).status === 200, 60);
    });
  });
}
