import { expect } from 'chai';
import { openTestApp, type TestApp } from '../support/app.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { describeOn } from '../support/servers.ts';
import { until } from '../support/temporary.ts';

const token = 'thu-nghiem-thu-nghiem';

for (const [part, setting] of [
  ['databaseUrl', 'DATABASE_URL'],
  ['objectStoreUrl', 'OBJECT_STORE_URL'],
] as const) {
  describeOn(part, `health and metrics while ${setting} leads to no answer`, function (address) {
    this.timeout(120_000);
    let app: TestApp;
    let way: FaultyProxy;

    before(async () => {
      way = await faultyProxy(address.replace(/^s3\+/, ''));
      process.env[setting] = way.through(address);
      app = await openTestApp({ environment: { METRICS_TOKEN: token } });
    });
    after(async () => {
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
