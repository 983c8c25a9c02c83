/** How hard a password is to guess, judged on this device. The word lists are loaded when somebody begins to type. */
import type { Locale } from '@strongroom/texts';

/** 0 very weak to 4 strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** The fewest characters of a password; the device package refuses less. */
export const passwordLengthMin = 10;
/** What a first run asks for. */
export const strengthMin: Strength = 3;

type Check = (password: string, own: readonly string[]) => Strength;

const checks = new Map<Locale, Promise<Check>>();

/** The strength of a password; `own` are words that a guesser would try first, such as the person's and the firm's names. */
export async function measureStrength(
  password: string,
  own: readonly string[],
  locale: Locale,
): Promise<Strength> {
  let check = checks.get(locale);
  if (check === undefined) {
    check = loadCheck(locale);
    checks.set(locale, check);
  }
  return (await check)(password, own);
}

/** The common and the English lists always; the French one for French. There is none that fits for Polish and Chinese. */
async function loadCheck(locale: Locale): Promise<Check> {
  const [core, common, english, french] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
    locale === 'fr' ? import('@zxcvbn-ts/language-fr') : undefined,
  ]);
  const factory = new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary, ...french?.dictionary },
    graphs: common.adjacencyGraphs,
  });
  return (password, own) => factory.check(password.slice(0, 128), [...own]).score as Strength;
}
