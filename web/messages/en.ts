import { enCatalogue } from './en-catalogue.ts';
import { enDesk } from './en-desk.ts';
import { enEntries } from './en-entries.ts';
import { enErrors } from './en-errors.ts';
import { enLti } from './en-lti.ts';
import { enOperation } from './en-operation.ts';
import { enSharing } from './en-sharing.ts';
import { readerEn } from './reader-en.ts';
import type { vi } from './vi.ts';

export const en: Record<keyof typeof vi, string> = {
  ...enCatalogue,
  ...enDesk,
  ...enEntries,
  ...enErrors,
  ...enLti,
  ...enOperation,
  ...enSharing,
  ...readerEn,
};
