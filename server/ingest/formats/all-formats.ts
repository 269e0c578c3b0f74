import type { FileFormat } from '../../contract/file.ts';
import type { FormatHandler } from '../document-protocol.ts';
import { image } from './image.ts';
import { imageArchive } from './image-archive.ts';
import { office } from './office.ts';
import { pdf } from './pdf.ts';
import { text } from './text.ts';

/** The formats that become pages. A handler file imports its engine only when a document is opened. */
const handlers: readonly FormatHandler[] = [pdf, image, imageArchive, text, office];

export const handlerOf = (format: FileFormat, mediaType: string): FormatHandler | null =>
  handlers.find(
    ({ takes, mediaTypes }) => takes.includes(format) && (mediaTypes === undefined || mediaTypes.includes(mediaType)),
  ) ?? null;
