import { enCatalogue } from './en-catalogue.ts';
import { enDesk } from './en-desk.ts';
import { enEntries } from './en-entries.ts';
import { enErrors } from './en-errors.ts';
import { enLti } from './en-lti.ts';
import { enOperation } from './en-operation.ts';
import { enSharing } from './en-sharing.ts';
import type { Messages } from './message.ts';
import { readerEn } from './reader-en.ts';

export const en: Messages = {
  ...enCatalogue,
  ...enDesk,
  ...enEntries,
  ...enErrors,
  ...enLti,
  ...enOperation,
  ...enSharing,
  ...readerEn,
};
