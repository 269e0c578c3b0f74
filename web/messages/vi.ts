import { readerVi } from './reader-vi.ts';
import { viCatalogue } from './vi-catalogue.ts';
import { viDesk } from './vi-desk.ts';
import { viEntries } from './vi-entries.ts';
import { viErrors } from './vi-errors.ts';
import { viLti } from './vi-lti.ts';
import { viOperation } from './vi-operation.ts';
import { viSharing } from './vi-sharing.ts';

/** Every word on screen, and the source of the keys: what is not here has no sentence in any language. */
export const vi = {
  ...viCatalogue,
  ...viDesk,
  ...viEntries,
  ...viErrors,
  ...viLti,
  ...viOperation,
  ...viSharing,
  ...readerVi,
};
