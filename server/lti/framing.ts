import type { IncomingMessage } from 'node:http';
import type { Metadata } from '../../storage/metadata/database.ts';
import { platformOfSession } from '../../storage/metadata/lti-rows.ts';
import { sessionIdOf } from '../accounts/open-sessions.ts';
import { originsOf } from './launch-places.ts';

/** Origins that may put our pages into a frame for this asker: those of the platform that opened their session, and none for anybody else. */
export async function framesFor(metadata: Metadata, request: IncomingMessage): Promise<string[]> {
  const session = sessionIdOf(request);
  if (session === null) return [];
  const platform = await platformOfSession(metadata.queries, session, new Date().toISOString());
  return platform ? originsOf(platform) : [];
}
