import type { FileView, UploadOutcome } from '../../server/contract/file.ts';
import { ProblemError } from '../api/client.ts';
import type { Parcel } from '../api/parcels.ts';
import { mostZipBytes, storeZip } from '../api/store-zip.ts';
import type { Sending, Wish } from '../api/uploads.ts';
import { uploadActivity } from './upload-activity.svelte.ts';

export type CardState = 'waiting' | 'joining' | 'sending' | 'lost' | 'paused' | 'received' | 'held' | 'refused';

/** One thing being sent, from the drop to the end of its reading. */
export class UploadCard {
  readonly id = crypto.randomUUID?.() ?? String(Math.random());
  readonly wish: Wish;
  readonly parcel: Parcel;
  name: string;
  /** Object URL of the picture itself when it is one. */
  readonly picture: string | null;
  state = $state<CardState>('waiting');
  sent = $state(0);
  total = $state(0);
  problem = $state.raw<{ code: string; params: Record<string, unknown> } | null>(null);
  outcome = $state.raw<UploadOutcome | null>(null);
  file = $state.raw<FileView | null>(null);
  sending: Sending | null = null;

  constructor(parcel: Parcel, wish: Wish) {
    this.parcel = parcel;
    this.wish = wish;
    const first = parcel.kind === 'one' ? parcel.file : parcel.images[0]?.file;
    this.name = parcel.kind === 'one' ? parcel.file.name : `${parcel.name}.zip`;
    this.total = parcel.kind === 'one' ? parcel.file.size : parcel.images.reduce((sum, { file }) => sum + file.size, 0);
    this.picture =
      first && /^image\/(jpeg|png|webp)$/.test(first.type) && first.size < 20_000_000
        ? URL.createObjectURL(first)
        : null;
  }
}

const atOnce = 3;

class Uploads {
  cards = $state<UploadCard[]>([]);
}
const uploads = new Uploads();
export const uploadCards = (): UploadCard[] => uploads.cards;

const active = (card: UploadCard) => card.state === 'joining' || card.state === 'sending' || card.state === 'lost';

/** Takes parcels in; they go on while the person visits other pages of the application. */
export function addUploads(parcels: readonly Parcel[], wish: Wish = {}): void {
  const cards = parcels.map(
    (parcel) => new UploadCard(parcel, { ...wish, folder: parcel.kind === 'one' ? parcel.folder : parcel.name }),
  );
  uploads.cards = [...cards, ...uploads.cards];
  pump();
}

function pump(): void {
  const free = atOnce - uploads.cards.filter(active).length;
  const waiting = uploads.cards.filter((card) => card.state === 'waiting');
  for (const card of waiting.slice(0, Math.max(0, free))) void begin(card);
  const busy = uploads.cards.filter((card) => active(card) || card.state === 'waiting').length;
  uploadActivity.sending = busy;
  onbeforeunload = busy > 0 ? (event) => event.preventDefault() : null;
}

async function begin(card: UploadCard): Promise<void> {
  card.problem = null;
  try {
    if (!card.sending) {
      card.state = 'joining';
      const [file, { send }] = await Promise.all([fileOf(card.parcel, card.name), import('../api/uploads.ts')]);
      if (card.state !== 'joining') return; // cancelled meanwhile
      card.total = file.size;
      card.sending = send(file, card.wish, {
        progress: (sent, total) => {
          card.sent = sent;
          card.total = total;
          if (card.state === 'lost') card.state = 'sending';
        },
        lost: () => {
          if (card.state === 'sending') card.state = 'lost';
        },
        settled: (outcome) => settle(card, outcome),
        failed: (error) => refuse(card, error),
      });
    }
    card.state = 'sending';
    card.sending.start();
  } catch (error) {
    refuse(
      card,
      error instanceof RangeError
        ? new ProblemError({ code: 'upload-too-large', status: 413, params: { most: mostZipBytes } })
        : error,
    );
  }
  pump();
}

async function fileOf(parcel: Parcel, name: string): Promise<File> {
  if (parcel.kind === 'one') return parcel.file;
  const width = String(parcel.images.length).length;
  const zip = await storeZip(
    parcel.images.map(({ file }, at) => ({ name: `${String(at + 1).padStart(width, '0')}-${file.name}`, blob: file })),
  );
  return new File([zip], name, { type: 'application/zip', lastModified: 0 });
}

function settle(card: UploadCard, outcome: UploadOutcome): void {
  card.outcome = outcome;
  card.sent = card.total;
  if (outcome.state === 'refused') card.problem = { code: outcome.code ?? 'internal-error', params: outcome.params };
  card.state = outcome.state === 'accepted' ? 'received' : outcome.state === 'already-held' ? 'held' : 'refused';
  pump();
}

function refuse(card: UploadCard, error: unknown): void {
  card.problem =
    error instanceof ProblemError ? { code: error.code, params: error.params } : { code: 'internal-error', params: {} };
  card.state = 'refused';
  pump();
}

export function pause(card: UploadCard): void {
  card.sending?.pause();
  card.state = 'paused';
  pump();
}

export function goOn(card: UploadCard): void {
  card.state = 'waiting';
  pump();
}

/** From the beginning: what was refused may pass now. */
export function retry(card: UploadCard): void {
  card.sending?.cancel();
  card.sending = null;
  card.sent = 0;
  goOn(card);
}

/** Ends the sending and takes the card away; what has been received stays received. */
export function dismissCard(card: UploadCard): void {
  if (card.state !== 'received' && card.state !== 'held') card.sending?.cancel();
  card.state = 'refused';
  if (card.picture) URL.revokeObjectURL(card.picture);
  uploads.cards = uploads.cards.filter((one) => one.id !== card.id);
  pump();
}
