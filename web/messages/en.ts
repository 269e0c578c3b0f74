import { enCatalogue } from './en-catalogue.ts';
import { enDesk } from './en-desk.ts';
import { enErrors } from './en-errors.ts';
import { enOperation } from './en-operation.ts';
import { enSharing } from './en-sharing.ts';
import { readerEn } from './reader-en.ts';
import type { vi } from './vi.ts';

export const en: Record<keyof typeof vi, string> = {
  ...enErrors,
  ...enCatalogue,
  ...enDesk,
  ...enOperation,
  ...enSharing,
  ...readerEn,
};
