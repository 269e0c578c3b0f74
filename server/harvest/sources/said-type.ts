/** Types of schema.org that say what kind of thing it is, as codes of ours; the others (Book, Article, CreativeWork) say too little. */
const types: Record<string, string> = {
  Audiobook: 'AM_THANH',
  AudioObject: 'AM_THANH',
  ComicIssue: 'TRUYEN_TRANH',
  ComicStory: 'TRUYEN_TRANH',
  Map: 'BAN_DO',
  MusicRecording: 'AM_THANH',
  Periodical: 'BAO_TC',
  PublicationIssue: 'BAO_TC',
  ShortStory: 'TRUYEN',
  VideoObject: 'VIDEO_TL',
};

/** `schema:Book`, `http://schema.org/Book` → `Book`. */
export const typeName = (text: string): string => text.trim().replace(/^.*[/#:]/, '');

/** The resource type that a type of schema.org tells; null: it tells none. */
export const resourceTypeOf = (text: string): string | null => types[typeName(text)] ?? null;
