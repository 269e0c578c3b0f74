import type { FormatHandler } from '../document-protocol.ts';

/** Text of office documents as pages that look typed: what is on them can be found and read; pictures stay in the original. */
export const office: FormatHandler = {
  takes: ['office'],
  mediaTypes: [
    'application/msword',
    'application/rtf',
    'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
    'application/vnd.ms-powerpoint.presentation.macroenabled.12',
    'application/vnd.ms-word.document.macroenabled.12',
    'application/vnd.ms-word.template.macroenabled.12',
  ],
  text: 'exact',
  open: async (source) => (await import('../office/open-office.ts')).openOffice(source),
};
