import type { viEntries } from './vi-entries.ts';

export const enEntries: Record<keyof typeof viEntries, string> = {
  'nav.duplicates': 'Duplicates',
  'holders.title': 'Who has it',
  'holders.count': '{count} have it',
  'holders.otherPrinting': 'another printing',
  'holders.readable': 'can be read here',
  'holders.split': 'Take this record out',
  'holders.splitDone': 'Taken out. If that was wrong, undo the decision on the page Duplicates.',
};
