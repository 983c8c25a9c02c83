/** Polish and Chinese on every screen at both widths: the right language is marked, nothing runs over, no word is left behind. */
import type { Page } from '@playwright/test';
import { listForeignTexts, textId } from './catalogues.ts';
import { expect, test } from './fixtures.ts';
import { listScreens, settle, setWidth, visit, widths } from './screens.ts';

const languages = [
  { locale: 'pl', tag: /^pl/u, own: 'Polski', password: 'Hasło', signIn: 'Zaloguj' },
  { locale: 'zh', tag: /^zh/u, own: '中文', password: '密码', signIn: '登录' },
] as const;

/** What stands on the screen, except what people wrote themselves. */
async function readWords(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (text !== '' && parent !== null && parent.closest('[dir=auto], [lang=en]') === null) found.add(text);
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

/** What is wrong with a screen in a language, at both widths. */
async function listTroubles(
  page: Page,
  name: string,
  tag: RegExp,
  foreign: ReadonlySet<string>,
): Promise<string[]> {
  const troubles: string[] = [];
  for (const width of widths) {
    await setWidth(page, width);
    await settle(page);
    const { scrollWidth, innerWidth, lang } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      innerWidth: window.innerWidth,
      lang: document.documentElement.lang,
    }));
    const at = `${name} at ${String(width)} px`;
    if (scrollWidth > innerWidth) troubles.push(`${at} is ${String(scrollWidth)} px wide`);
    if (!tag.test(lang)) troubles.push(`${at} is marked as ${lang}`);
    for (const words of await readWords(page)) {
      if (textId.test(words)) troubles.push(`${at} shows an id: ${words}`);
      if (foreign.has(words)) troubles.push(`${at} says in English: ${words}`);
    }
  }
  await setWidth(page, widths[0]);
  return troubles;
}

for (const { locale, tag, own, password, signIn } of languages) {
  test(`${own}: from the sign-in through every screen`, async ({ people, demo }) => {
    test.setTimeout(240_000);
    const foreign = listForeignTexts(locale);
    const { page, context } = await people.blank();
    await page.goto('/signin');
    await page.getByLabel('Language').selectOption(locale);
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    const troubles = await listTroubles(page, 'sign-in', tag, foreign);
    await page.goto('/invitation');
    troubles.push(...(await listTroubles(page, 'invitation', tag, foreign)));
    await page.goto(demo.find('Anna Lindqvist').link);
    await page.getByLabel(password, { exact: true }).fill(demo.password);
    await page.getByRole('button', { name: signIn }).click();
    await expect(page.getByRole('navigation').first()).toBeVisible({ timeout: 30_000 });
    const { page: annasPage } = await people.open('Anna Lindqvist');
    for (const { name, path } of await listScreens(annasPage, demo)) {
      await visit(page, path);
      troubles.push(...(await listTroubles(page, name, tag, foreign)));
    }
    await context.close();
    expect(troubles).toEqual([]);
  });
}
