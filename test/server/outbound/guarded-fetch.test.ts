import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { openOutbound, OutboundFault, type OutboundLimits, type Resolve } from '../../../server/outbound/guarded-fetch.ts';
import { isLinkLocal, isPublicAddress } from '../../../server/outbound/public-address.ts';

/** Requests to other servers must not become requests to our own: RFC 6890 says which addresses are nobody else's. */
describe('requests to other servers', () => {
  const servers: Server[] = [];
  async function serve(listener: RequestListener): Promise<{ url: string; host: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.headers.host} ${request.url}`);
      listener(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url: `http://${host}`, host, asked };
  }
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function get(address: string, given: { allowed?: string[]; limits?: Partial<OutboundLimits>; resolve?: Resolve } = {}): Promise<string> {
    const outbound = openOutbound({ ...given, allowed: new Set(given.allowed ?? []) });
    try {
      return (await outbound.get(address)).body.toString();
    } catch (error) {
      if (error instanceof OutboundFault) return `fault ${error.code}`;
      throw error;
    } finally {
      outbound.close();
    }
  }

  it('addresses of this machine, of private networks, of the link and of no host are told from public ones in every spelling', () => {
    const inside = [
      ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
      ...['192.0.0.1', '192.168.1.1', '198.18.0.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
      ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '::127.0.0.1'],
      ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', '100::1'],
      ...['localhost', '', '1.2.3', '3fff::1'],
    ];
    expect(inside.filter(isPublicAddress)).to.eql([]);
    const outside = ['1.1.1.1', '9.255.255.255', '11.0.0.0', '172.15.0.1', '172.32.0.1', '192.167.1.1', '223.255.255.255', '2606:4700::1111', '2001:4860:4860::8888', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1'];
    expect(outside.filter((address) => !isPublicAddress(address))).to.eql([]);
    expect(['169.254.169.254', 'fe80::1', 'febf::1', '::ffff:169.254.1.1'].every(isLinkLocal)).to.equal(true);
    expect(['10.0.0.1', 'fec0::1', '1.1.1.1', 'x'].some(isLinkLocal)).to.equal(false);
  });

  it('nothing reaches this machine, however its address is written, and an allowed host is reached at its port alone', async () => {
    const inner = await serve((_request, response) => void response.end('inner'));
    const { port } = new URL(inner.url);
    const spellings = ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '[::1]', '0.0.0.0', '127.0.0.1.'];
    for (const host of spellings) expect(await get(`http://${host}:${port}/`), host).to.equal('fault refused');
    for (const address of [`ftp://${inner.host}/`, 'file:///etc/passwd', `http://a:b@${inner.host}/`, 'no address', '']) expect(await get(address), address).to.equal('fault refused');
    expect(await get(inner.url, { allowed: ['127.0.0.1:1', 'localhost'] })).to.equal('fault refused');
    expect(inner.asked).to.eql([]);
    expect(await get(inner.url, { allowed: [inner.host] })).to.equal('inner');
  });

  it('a redirect is looked at like the first address, and so is each after it', async () => {
    const inner = await serve((_request, response) => void response.end('inner'));
    const outer = await serve((request, response) => {
      const to: Record<string, string> = { '/in': inner.url, '/meta': 'http://169.254.169.254/latest', '/twice': '/in', '/file': 'file:///etc/passwd', '/loop': '/loop', '/good': '/end' };
      const location = to[request.url!];
      if (location === undefined) return void response.end('end');
      response.writeHead(302, { location }).end('gone there');
    });
    const follow = (path: string) => get(outer.url + path, { allowed: [outer.host] });
    for (const path of ['/in', '/meta', '/twice', '/file']) expect(await follow(path), path).to.equal('fault refused');
    expect(inner.asked).to.eql([]);
    expect(await follow('/loop')).to.equal('fault redirects');
    expect(await follow('/good')).to.equal('end');
  });

  it('the address that was looked at is the one connected to: a name that changes its mind gains nothing', async () => {
    const inner = await serve((_request, response) => void response.end('inner'));
    const { port } = new URL(inner.url);
    const named = (resolve: Resolve, allowed: string[] = []) => get(`http://named.example:${port}/`, { resolve, allowed });
    const inside = { address: '127.0.0.1', family: 4 };
    const linkLocal = { address: '169.254.169.254', family: 4 };
    let looks = 0;
    const changing: Resolve = async () => [looks++ === 0 ? inside : linkLocal];
    expect(await named(async () => [inside, { address: '::1', family: 6 }])).to.equal('fault refused');
    // An administrator who allows a name does not allow what answers secrets on the link.
    expect(await named(async () => [linkLocal], [`named.example:${port}`])).to.equal('fault refused');
    expect(inner.asked).to.eql([]);
    expect(await named(changing, [`named.example:${port}`])).to.equal('inner');
    expect(looks).to.equal(1);
    expect(await named(changing, [`named.example:${port}`])).to.equal('fault refused');
    expect(await named(async () => [linkLocal, inside], [`named.example:${port}`])).to.equal('inner');
    expect(inner.asked).to.eql([`named.example:${port} /`, `named.example:${port} /`]);
    expect(await named(async () => { throw new Error('no such name'); })).to.equal('fault unreachable');
  });

  it('an answer without end, one that unpacks without end and one that lies about its length stop at the limit', async () => {
    let written = 0;
    const endless = await serve((request, response) => {
      if (request.url === '/bomb') return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000)));
      if (request.url === '/long') return void response.writeHead(200, { 'content-length': String(2 ** 31) }).write('x');
      const more = (): void => {
        while (!response.destroyed && written < 2 ** 31) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
        }
      };
      more();
    });
    const limited = (path: string) => get(endless.url + path, { allowed: [endless.host], limits: { bytes: 1_000_000 } });
    for (const path of ['/', '/bomb', '/long']) expect(await limited(path), path).to.equal('fault too-large');
    expect(written).to.be.below(100_000_000);
  });

  it('silence, a drip of bytes and a cut connection end, packed answers are unpacked whatever the header says', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/silent') return;
      if (request.url === '/half') return void response.write('<half');
      if (request.url === '/cut') return void response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
      if (request.url === '/torn') return void response.end(gzipSync('x'.repeat(10_000)).subarray(0, 20));
      if (request.url === '/packed') return void response.end(gzipSync('packed'));
      if (request.url === '/plain') return void response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const ask = (path: string, limits: Partial<OutboundLimits> = {}) => get(server.url + path, { allowed: [server.host], limits });
    expect(await ask('/silent', { idleMs: 100 })).to.equal('fault too-slow');
    expect(await ask('/half', { idleMs: 100 })).to.equal('fault too-slow');
    expect(await ask('/drip', { idleMs: 1_000, wholeMs: 150 })).to.equal('fault too-slow');
    expect(await ask('/cut')).to.equal('fault unreachable');
    expect(await ask('/torn')).to.equal('fault damaged');
    expect(await ask('/packed')).to.equal('packed');
    expect(await ask('/plain')).to.equal('plain');
    expect(await get('http://127.0.0.1:1/', { allowed: ['127.0.0.1:1'] })).to.equal('fault unreachable');
  });
});
