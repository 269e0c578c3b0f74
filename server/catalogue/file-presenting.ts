import type { Metadata } from '../../storage/metadata/database.ts';
import type { FileRow } from '../../storage/metadata/files.ts';
import { type PageCounts, pageCountsOfFiles, stepsOfFiles } from '../../storage/metadata/record-files.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import type { Actor } from '../access/actor.ts';
import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { type FileFormat, type FileView, type IngestStepName, ingestSteps, type StepState } from '../contract/file.ts';
import { conversionsOfStep } from '../ingest/text-conversion.ts';

/** A file as its record's readers see it. Why a file was not read is told only to those who can do something about it. */
export function fileView(
  actor: Actor,
  record: RecordRow,
  file: FileRow,
  steps: readonly Row<'file_steps'>[],
  counts: PageCounts | undefined,
): FileView {
  const keeps = recordPolicy.addFile(actor, record);
  const stuck = file.state === 'stopped' || file.state === 'failed';
  const locked = file.code === 'document-needs-password' || file.code === 'document-password-wrong';
  const images = counts?.images ?? 0;
  const byName = new Map(steps.map((step) => [step.step, step]));
  return {
    id: file.id,
    recordId: file.record_id,
    name: file.name,
    mediaType: file.media_type,
    format: file.format as FileFormat | null,
    size: Number(file.size),
    sha256: file.sha256,
    position: file.position,
    revision: file.revision,
    state: file.state,
    code: file.code,
    params: keeps ? (JSON.parse(file.params_json) as Record<string, unknown>) : {},
    pageCount: file.page_count,
    readablePages: images,
    textPages: counts?.texts ?? 0,
    steps: ingestSteps.map((step: IngestStepName) => {
      const row = byName.get(step);
      return {
        step,
        state: (row?.state ?? 'waiting') as StepState,
        done: row?.done ?? 0,
        total: row?.total ?? 0,
        code: row?.code ?? null,
      };
    }),
    conversions: keeps ? conversionsOfStep(byName.get('text')?.params_json ?? '{}') : [],
    createdAt: file.created_at,
    abilities: {
      read: images > 0 && recordPolicy.readFiles(actor, record),
      download: recordPolicy.download(actor, record),
      replace: keeps,
      remove: keeps,
      retry: keeps && stuck && !locked,
      givePassword: keeps && stuck && locked,
    },
  };
}

/** Views of many files in three queries; those of records that the actor may not see are left out. */
export function filePresenter(metadata: Metadata): (actor: Actor, files: readonly FileRow[]) => Promise<FileView[]> {
  return async (actor, files) => {
    if (files.length === 0) return [];
    const ids = files.map((file) => file.id);
    const records = new Map(
      (await recordsByIds(metadata.queries, [...new Set(files.map((file) => file.record_id))])).map((row) => [
        row.id,
        row,
      ]),
    );
    const steps = await stepsOfFiles(metadata.queries, ids);
    const counts = await pageCountsOfFiles(metadata.queries, ids);
    return files.flatMap((file) => {
      const record = records.get(file.record_id);
      if (!record || file.removed_at !== null || !recordPolicy.see(actor, record)) return [];
      return [
        fileView(
          actor,
          record,
          file,
          steps.filter((step) => step.file_id === file.id),
          counts.get(file.id),
        ),
      ];
    });
  };
}
