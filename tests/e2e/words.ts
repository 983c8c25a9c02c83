/** What is wrong with a screen in the languages that are not English: its mark, words left behind, ids that nobody replaced, what does not fit. */
import type { Page } from '@playwright/test';
import { listForeignTexts, textId } from './catalogues.ts';
import { listMisfits } from './fits.ts';
import { setWidth, speak, widths } from './screens.ts';

const languages = [
  { locale: 'fr', tag: /^fr/u },
  { locale: 'zh', tag: /^zh/u },
  { locale: 'pl', tag: /^pl/u },
] as const;

const foreign: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  languages.map(({ locale }) => [locale, listForeignTexts(locale)]),
);

/** What stands on the screen, except what people wrote themselves; what was announced before the language changed was said then. */
async function readWords(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (text === '' || parent === null || !parent.checkVisibility()) continue;
      if (parent.closest('[dir=auto], [lang=en], .visually-hidden[role=status]') === null) found.add(text);
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder']) {
        const text = element.getAttribute(name);
        if (text !== null && text !== '') found.add(text);
      }
    found.add(document.title);
    return [...found];
  });
}

/** What is wrong with the page as it stands, in each language at each width. */
export async function listTroubles(
  page: Page,
  name: string,
  wantedWidths: readonly number[] = widths,
): Promise<readonly string[]> {
  const troubles: string[] = [];
  for (const width of wantedWidths) {
    await setWidth(page, width);
    for (const { locale, tag } of languages) {
      await speak(page, locale);
      const at = `${name} at ${String(width)} px in ${locale}`;
      const lang = await page.evaluate(() => document.documentElement.lang);
      if (!tag.test(lang)) troubles.push(`${at} is marked as ${lang}`);
      for (const words of await readWords(page)) {
        if (textId.test(words)) troubles.push(`${at} shows an id: ${words}`);
        if (foreign.get(locale)?.has(words) === true) troubles.push(`${at} says in English: ${words}`);
      }
      for (const misfit of await listMisfits(page)) troubles.push(`${at}: ${misfit}`);
    }
  }
  await setWidth(page, widths[0]);
  return troubles;
}
