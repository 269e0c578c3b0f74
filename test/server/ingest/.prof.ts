import { openPdf } from '../../../server/ingest/pdf/open-pdf.ts';
import { makeThumbnails } from '../../../server/ingest/images/image-codec.ts';
import { defaultLimits } from '../../../server/ingest/ingest-limits.ts';
import { writeFileSync } from 'node:fs';
const d = await openPdf({ path: process.argv[2]!, format: 'pdf', name: '', password: null, limits: defaultLimits });
let a = 0,
  b = 0,
  c = 0;
const n = Math.min(20, d.outline.labels.length);
for (let i = 1; i <= n; i++) {
  let t = performance.now();
  const p = await d.pageImage(i);
  a += performance.now() - t;
  t = performance.now();
  await makeThumbnails(p.bytes!, 3e8);
  b += performance.now() - t;
  t = performance.now();
  await d.pageText(i, p.width, p.height);
  c += performance.now() - t;
  if (i === 3) (writeFileSync('/tmp/p3.' + p.extension, p.bytes!), console.log(p.bytes!.length, p.type));
}
console.log({ image: a / n, thumbs: b / n, text: c / n });
