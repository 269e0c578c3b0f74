import { openIngestLibrary } from '/work/main/test/server/ingest/ingest-library.ts';
import { findTools } from '/work/main/server/ingest/tools.ts';
import { countsOfLastRun } from '/work/main/server/ingest/ingest-run.ts';
const lib = await openIngestLibrary({ recognition: process.argv.includes('--ocr') });
const tools = process.argv.includes('--tools')
  ? await findTools(process.env.PATH!, { environment: process.env as never })
  : lib.parts.tools;
for (const p of process.argv.slice(2).filter((a) => !a.startsWith('--'))) {
  const id = await lib.putPath(p);
  const t = performance.now();
  try {
    console.log(
      p.split('/').at(-1),
      await lib.ingest(id, { tools }),
      Math.round(performance.now() - t) + 'ms',
      countsOfLastRun(),
    );
  } catch (e) {
    console.log(p, e);
  }
  const f = await lib.file(id);
  console.log(f.state, f.code, f.format, f.media_type, f.page_count, f.contents_json.slice(0, 150));
  const s = await lib.steps(id);
  console.log(
    Object.values(s)
      .map((x) => `${x.step}:${x.state}:${x.done}/${x.total}:${x.code ?? ''}`)
      .join(' '),
  );
  for (const g of (await lib.pages(id)).slice(0, 3))
    console.log(
      '  ',
      g.number,
      g.label,
      g.width,
      g.height,
      g.state,
      g.code,
      g.image_type,
      g.image_key?.slice(0, 14),
      g.text_source,
      g.confidence,
      JSON.stringify(g.text.slice(0, 150)),
    );
}
for (const w of lib.warnings) console.log('WARN', w.message, JSON.stringify(w.fields).slice(0, 400));
await lib.close();
