import type { viLti } from './vi-lti.ts';

export const enLti: Record<keyof typeof viLti, string> = {
  'nav.platforms': 'Learning platforms',
  'choosing.choose': 'Choose',
  'choosing.one': 'Choose {title}',
  'choosing.chosen': 'Chosen',
};
