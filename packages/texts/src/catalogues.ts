/** The catalogues as data: ICU messages under dotted ids, one file a language. `ids.ts` is generated from the English one. */
import en from './catalogues/en.json' with { type: 'json' };
import fr from './catalogues/fr.json' with { type: 'json' };
import pl from './catalogues/pl.json' with { type: 'json' };
import zh from './catalogues/zh.json' with { type: 'json' };
import type { Locale } from './locale.ts';

/** Messages of one language by id. */
export type Catalogue = Readonly<Record<string, string>>;

/** All messages. A test keeps ids, arguments and plural categories equal across the four. */
export const catalogues: Readonly<Record<Locale, Catalogue>> = { en, fr, zh, pl };
