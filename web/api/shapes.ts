import type { z } from 'zod';
import type { okay } from '../../server/contract/common.ts';
import type { entryDecisions, entryQuestions } from '../../server/contract/entry.ts';
import type { activeFiles } from '../../server/contract/file.ts';
import type {
  allowedHostList,
  asideList,
  newSource,
  previewAsked,
  sourceChanges,
  sourceDetail,
  sourceList,
} from '../../server/contract/harvest.ts';
import type {
  accessToken,
  accessTokenWithSecret,
  newPerson,
  openSession,
  people,
  personChanges,
  personWithPassword,
  setUp,
} from '../../server/contract/person.ts';
import type { recordHistory, recordLines, tombstone } from '../../server/contract/record.ts';
import type { termChanges, vocabularies } from '../../server/contract/vocabulary.ts';

/** Types of answers the contract has only schemas for. Types alone: no schema reaches the browser. */
export type Okay = z.infer<typeof okay>;
export type ActiveFiles = z.infer<typeof activeFiles>;
export type AccessToken = z.infer<typeof accessToken>;
export type AccessTokenWithSecret = z.infer<typeof accessTokenWithSecret>;
export type NewPerson = z.infer<typeof newPerson>;
export type OpenSession = z.infer<typeof openSession>;
export type People = z.infer<typeof people>;
export type PersonChanges = z.infer<typeof personChanges>;
export type PersonWithPassword = z.infer<typeof personWithPassword>;
export type SetUpForm = z.input<typeof setUp>;
export type RecordHistory = z.infer<typeof recordHistory>;
export type RecordLines = z.infer<typeof recordLines>;
export type Tombstone = z.infer<typeof tombstone>;
export type TermChanges = z.infer<typeof termChanges>;
export type Vocabularies = z.infer<typeof vocabularies>['vocabularies'];
export type NewSource = z.input<typeof newSource>;
export type PreviewAsked = z.infer<typeof previewAsked>;
export type SourceChanges = z.infer<typeof sourceChanges>;
export type SourceDetail = z.infer<typeof sourceDetail>;
export type SourceList = z.infer<typeof sourceList>;
export type AsideList = z.infer<typeof asideList>;
export type AllowedHosts = z.infer<typeof allowedHostList>;
export type EntryQuestions = z.infer<typeof entryQuestions>;
export type EntryDecisions = z.infer<typeof entryDecisions>;
