/** The words of the product (architecture, section 2) in four languages: one source for screens, guides and docs/GLOSSARY.md. */
import words from './glossary.json' with { type: 'json' };
import type { Locale } from './locale.ts';

/** One word, its translations and what it means. */
export interface GlossaryWord extends Readonly<Record<Locale, string>> {
  readonly id: string;
  /** Meaning, in English, for those who build the product. */
  readonly meaning: string;
  /** False for words that stay in code and specifications and are never shown to people. */
  readonly isShown: boolean;
  /** What people see instead, where the word is not shown; in English. */
  readonly shownAs?: string;
}

/** The glossary, sorted by English word. */
export const glossary: readonly GlossaryWord[] = words;
