import { openIngestLibrary } from './ingest-library.ts';
import { findTools } from '../../../server/ingest/tools.ts';
import { makePdf } from '../../fixtures/make-documents.ts';
import { readPopplerText } from '../../../server/ingest/pdf/poppler-text.ts';
import { encodePageWords, textOfWords, scaleWords } from '../../../server/ingest/page-words.ts';
import { judgeLayer } from '../../../server/ingest/text-quality.ts';
const tools = await findTools(process.env.PATH!);
const lib = await openIngestLibrary();
const guide = '/work/shared/data/vn-pdf/installation-guide.vi.pdf';
for (let i = 0; i < 3; i++) {
  let t = performance.now();
  const pages: any[] = [];
  await readPopplerText(
    tools as never,
    lib.parts.limits,
    { path: guide, first: 1, last: 118 },
    new AbortController().signal,
    (p) => pages.push(p),
  );
  const a = performance.now() - t;
  t = performance.now();
  for (const p of pages) judgeLayer(textOfWords(p.words));
  const b = performance.now() - t;
  t = performance.now();
  for (const p of pages)
    encodePageWords({ width: 1, height: 1, source: 'layer', words: scaleWords(p.words, 2.01, 2.01) });
  console.log({
    poppler: a,
    judge: b,
    encode: performance.now() - t,
    words: pages.reduce((s, p) => s + p.words.length, 0),
  });
}
const id = await lib.putPath('/work/main/server/sample/files/truyen-kieu-ban-quet.pdf');
await lib.ingest(id);
const jpegs = await Promise.all((await lib.pages(id)).map((p) => lib.storage.objects.read(p.image_key!)));
const big = await makePdf(
  Array.from({ length: 240 }, (_, i) => ({ jpeg: jpegs[i % 12]!, size: [419, 594] as [number, number] })),
);
(await import('node:fs')).writeFileSync('/tmp/big.pdf', big);
for (let i = 0; i < 3; i++) {
  const b = await lib.put('b.pdf', Buffer.concat([big, Buffer.from('\n'.repeat(i + 1))]));
  const t = Date.now();
  await lib.ingest(b);
  const s = await lib.steps(b);
  for (const k of ['identify', 'describe', 'pages', 'thumbnails', 'text'])
    console.log(k, Date.parse(s[k]!.started_at!) - t, Date.parse(s[k]!.ended_at!) - t);
}
await lib.close();
