import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import { type Browser, chromium } from 'playwright-core';
import { need } from '../../support/need.ts';
import { quarters, readingLibrary, type ReadingLibrary } from './reading-library.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

describe('OpenSeadragon, on a page of another site', function () {
  this.timeout(60_000);
  let library: ReadingLibrary;
  let viewer: Server;
  let browser: Browser;

  before(async function () {
    need(this, existsSync(executablePath), `chromium at ${executablePath}`);
    library = await readingLibrary();
    const app = express();
    app.get('/osd.js', (_, response) => response.sendFile(createRequire(import.meta.url).resolve('openseadragon')));
    app.get('/', (_, response) => {
      response.send(
        '<!doctype html><style>#v{width:900px;height:900px}</style><div id=v></div><script src=/osd.js></script>',
      );
    });
    viewer = app.listen(0, '127.0.0.1');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    await new Promise((resolve) => (viewer ? viewer.close(resolve) : resolve(null)));
    await library?.end();
  });

  it('shows our tiles, from the whole page to the pixels of the scan', async () => {
    const image = await quarters(1600, 2400);
    const { fileId } = await library.add({}, {}, [{ image, width: 1600, height: 2400 }]);
    const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
    const tiles: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/pages/1/'))
        tiles.push(`${response.status()} ${response.url().split('/pages/1/')[1]}`);
    });
    await page.goto(`http://127.0.0.1:${(viewer.address() as AddressInfo).port}/`);
    const info = `${library.address}/iiif/${fileId}/pages/1/info.json`;
    // A function given as text: the browser knows no helper that a compiler put into it.
    const seen = await page.evaluate<{ whole: string; close: string }>(`new Promise((resolve, reject) => {
      const viewer = OpenSeadragon({ element: document.getElementById('v'), prefixUrl: '/', showNavigationControl: false, drawer: 'canvas',
        tileSources: ${JSON.stringify(info)}, crossOriginPolicy: 'Anonymous', immediateRender: true, animationTime: 0 });
      viewer.addHandler('open-failed', (event) => reject(new Error(event.message)));
      viewer.addHandler('tile-load-failed', (event) => reject(new Error(event.message)));
      const loaded = () => new Promise((done) => {
        const item = viewer.world.getItemAt(0);
        if (item.getFullyLoaded()) return done();
        item.addHandler('fully-loaded-change', (event) => event.fullyLoaded && done());
      });
      const colours = () => [[-0.1, -0.1], [0.1, -0.1], [-0.1, 0.1], [0.1, 0.1]].map(([x, y]) => {
        viewer.forceRedraw();
        const canvas = viewer.drawer.canvas;
        const [r, g, b] = canvas.getContext('2d').getImageData(canvas.width * (0.5 + x), canvas.height * (0.5 + y), 1, 1).data;
        return r > 127 && g > 127 && b > 127 ? 'W' : r > 127 ? 'R' : g > 127 ? 'G' : b > 127 ? 'B' : 'K';
      }).join('');
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      viewer.addHandler('open', async () => {
        await loaded(); await drawn();
        const whole = colours();
        viewer.viewport.zoomTo(viewer.viewport.imageToViewportZoom(1), null, true);
        await drawn(); await loaded(); await drawn();
        resolve({ whole, close: colours() });
      });
    })`);
    expect(seen).to.eql({ whole: 'RGBW', close: 'RGBW' });
    expect(tiles.filter((tile) => !tile.startsWith('200 '))).to.eql([]);
    expect(
      tiles.some((tile) => /^200 \d+,\d+,512,512\/512,512\//.test(tile)),
      tiles.join('\n'),
    ).to.equal(true);
    await page.close();
  });
});
