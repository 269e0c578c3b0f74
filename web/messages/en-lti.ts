import type { viLti } from './vi-lti.ts';

export const enLti: Record<keyof typeof viLti, string> = {
  'nav.platforms': 'Learning platforms',
  'choosing.label': 'Choosing for a course',
  'choosing.for': 'Choosing for {platform}',
  'choosing.count': 'Chosen: {count}',
  'choosing.record': 'Choose this',
  'choosing.page': 'Choose page {page}',
  'choosing.choose': 'Choose',
  'choosing.one': 'Choose {title}',
  'choosing.chosen': 'Chosen',
  'choosing.send': 'Send to the course',
  'choosing.listed': 'What is chosen',
  'choosing.drop': 'Take out',
  'choosing.closedTitle': 'Pupils cannot open these yet',
  'choosing.closedSays': 'You can read these, but pupils who come from the course cannot:',
  'choosing.again': 'Choose again',
  'choosing.sendAnyway': 'Send all the same',
};
