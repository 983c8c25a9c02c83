/// <reference lib="webworker" />
/** The worker that judges passwords. It knows what is common everywhere and the words of one language, and keeps nothing. */
import type { Locale } from '@strongroom/texts';
import type { Strength, StrengthAnswer, StrengthQuestion } from '../strength.ts';

declare const self: DedicatedWorkerGlobalScope;

type Check = (password: string, own: readonly string[]) => Strength;

/** Longer input tells no more and takes long to search. */
const lengthMax = 128;
const checks = new Map<Locale, Promise<Check>>();

self.addEventListener('message', ({ data }: MessageEvent<StrengthQuestion>) => {
  void answer(data);
});

async function answer({ id, password, own, locale }: StrengthQuestion): Promise<void> {
  let check = checks.get(locale);
  if (check === undefined) {
    check = loadCheck(locale);
    checks.set(locale, check);
  }
  self.postMessage({ id, strength: (await check)(password, own) } satisfies StrengthAnswer);
}

/** French words for French, English ones for the others: there is no list that fits for Polish and none for Chinese. */
async function loadCheck(locale: Locale): Promise<Check> {
  const [core, common, language] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    locale === 'fr' ? import('@zxcvbn-ts/language-fr') : import('@zxcvbn-ts/language-en'),
  ]);
  const factory = new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...language.dictionary },
    graphs: common.adjacencyGraphs,
  });
  return (password, own) => factory.check(password.slice(0, lengthMax), [...own]).score;
}
