import { countSyllables } from '../../../search/vietnamese/syllables.ts';
import { textOfWords } from '../page-words.ts';
import type { RecognisedPage } from './recogniser.ts';
import type { RecognitionLanguage } from './recognition-model.ts';

export interface RecognitionQuality {
  /** 0 to 1, as the engine says; null for a page without words. */
  confidence: number | null;
  /** 0 to 1: words that are syllables of Vietnamese; null where there are none to count, or the language is another. */
  syllables: number | null;
  /** 0 to 1: one times the other; 0 for a page without words. */
  quality: number;
}

const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

export function qualityOf(page: RecognisedPage, language: RecognitionLanguage): RecognitionQuality {
  const counted = language === 'vi' ? countSyllables(textOfWords(page.words)) : { words: 0, valid: 0 };
  const syllables = counted.words > 0 ? thousandth(counted.valid / counted.words) : null;
  return {
    confidence: page.confidence,
    syllables,
    quality: thousandth((page.confidence ?? 0) * (syllables ?? 1)),
  };
}

/** A word that the engine doubts more than this is as likely junk. */
const doubt = 0.3;

/**
 * Which of two readings of one page has more to say: letters weighed by how far they can be believed. Junk read out of
 * a shadow is many letters of little worth, a page half lost is few letters of much.
 */
export function worthOf(page: RecognisedPage, language: RecognitionLanguage): number {
  const letters = page.words.reduce((sum, [text]) => sum + text.length, 0);
  return letters * Math.max(0, qualityOf(page, language).quality - doubt);
}
