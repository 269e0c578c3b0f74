import { enCatalogue } from './en-catalogue.ts';
import { enDesk } from './en-desk.ts';
import { enEntries } from './en-entries.ts';
import { enErrors } from './en-errors.ts';
import { enOperation } from './en-operation.ts';
import { enSharing } from './en-sharing.ts';
import type { Messages } from './message.ts';
import { readerEn } from './reader-en.ts';

export const en: Messages = {
  ...enErrors,
  ...enCatalogue,
  ...enDesk,
  ...enEntries,
  ...enOperation,
  ...enSharing,
  ...readerEn,
};
