/** The main job in Polish and in Chinese, by the words of the catalogues: a client, a file, an opening, a colleague let in. */
import type { Locator, Page } from '@playwright/test';
import { createTranslator } from '@strongroom/texts';
import type { Locale, Translator } from '@strongroom/texts';
import { listForeignTexts, textId } from './catalogues.ts';
import { expect, test } from './fixtures.ts';
import { visit } from './screens.ts';
import { SmallFirm } from './small-firm.ts';
import { newPassword, textFile } from './steps.ts';

test.describe.configure({ mode: 'serial' });

let firm: SmallFirm;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  firm = await SmallFirm.start();
  await firm.add({ name: 'Michał Wójcik', roles: ['opener'] });
  await firm.add({ name: '赵悦', roles: ['opener'] });
  await firm.addClient('Fontaine SARL');
});
test.afterAll(async () => await firm.remove());

const jobs = [
  { locale: 'pl', client: 'Żółkiewski i Wspólnicy', file: 'Umowa najmu.txt', colleague: 'Michał Wójcik' },
  { locale: 'zh', client: '上海远航贸易有限公司', file: '租赁合同.txt', colleague: '赵悦' },
] as const;

/** A sentence of a catalogue, with anything where its arguments stand. */
function sentence(text: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  return new RegExp(escaped.replaceAll('§', '.+'), 'u');
}

/** Signs in, in a language that was chosen before. */
async function comeInSpeaking(page: Page, locale: Locale, { t }: Translator): Promise<void> {
  await page.goto('/signin');
  await page.getByRole('combobox').first().selectOption(locale);
  await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${locale}`, 'u'));
  await page.goto(firm.owner.link);
  await page.getByLabel(t('web.start.password.label'), { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: t('web.start.signin.submit') }).click();
  await expect(page.getByRole('navigation', { name: t('web.shell.nav'), exact: true })).toBeVisible({
    timeout: 30_000,
  });
}

/** No English sentence and no id is left on the screen. */
async function expectOwnWords(page: Page, foreign: ReadonlySet<string>): Promise<void> {
  const words = (await page.locator('body').innerText()).split('\n').map((text) => text.trim());
  expect(words.filter((text) => foreign.has(text) || textId.test(text))).toEqual([]);
}

for (const { locale, client, file, colleague } of jobs)
  test(`the main job in ${locale}`, async ({ profiles }) => {
    const translator = createTranslator(locale);
    const { t } = translator;
    const foreign = listForeignTexts(locale);
    const { page, context } = await profiles.make(firm.server.url);
    const button = (name: string, within: Page | Locator = page): Locator =>
      within.getByRole('button', { name, exact: true });
    await comeInSpeaking(page, locale, translator);

    await page
      .getByRole('navigation', { name: t('web.shell.nav'), exact: true })
      .getByRole('link', { name: t('web.shell.place.clients'), exact: true })
      .click();
    await page.getByRole('link', { name: t('web.clients.new') }).click();
    const adding = page.getByRole('dialog', { name: t('web.clients.new') });
    await adding.getByLabel(t('web.clients.field.name'), { exact: true }).fill(client);
    await expectOwnWords(page, foreign);
    await button(t('web.clients.new.go'), adding).click();
    await page
      .getByRole('dialog', { name: t('web.clients.made.title', { name: client }) })
      .getByRole('link', { name: t('web.clients.made.open') })
      .click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(client);

    const choosing = page.waitForEvent('filechooser');
    await button(t('web.room.add-files')).first().click();
    await (await choosing).setFiles([textFile(file, 'Zażółć gęślą jaźń. 保密。')]);
    const link = page.getByRole('row').getByRole('link', { name: file });
    await expect(link).toBeVisible({ timeout: 30_000 });
    await expectOwnWords(page, foreign);
    await link.click();
    await expect(page.frameLocator('iframe').getByText('Zażółć gęślą jaźń. 保密。')).toBeVisible({
      timeout: 30_000,
    });
    await expect(page.getByText(sentence(t('web.document.receipt.sentence', { line: '§' })))).toBeVisible();
    await expectOwnWords(page, foreign);

    await page.goBack();
    await button(t('web.room.grant')).first().click();
    const granting = page.getByRole('dialog', { name: t('web.people.grant.title') });
    await granting.getByRole('combobox', { name: t('web.people.person') }).fill(colleague.slice(0, 2));
    await page.getByRole('option', { name: colleague }).click();
    const allowed = t('web.people.grant.sentence.until', {
      name: colleague,
      count: 1,
      secret: '0',
      date: '§',
    });
    await expect(granting.getByText(sentence(allowed))).toBeVisible();
    await expectOwnWords(page, foreign);
    await button(t('web.people.grant.submit'), granting).click();
    await button(t('web.people.grant.now')).click();
    await expect(
      page.getByText(sentence(t('web.people.grant.done', { name: colleague, line: '§' }))),
    ).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('row').filter({ hasText: file })).toBeVisible();
    await context.close();
  });

test('the main screens speak French, and no English word is left on them', async ({ profiles }) => {
  const translator = createTranslator('fr');
  const foreign = listForeignTexts('fr');
  const { page, context } = await profiles.make(firm.server.url);
  await comeInSpeaking(page, 'fr', translator);
  const { t } = translator;
  for (const [path, heading] of [
    ['/', undefined],
    ['/clients', t('web.clients.heading')],
    ['/clients/new', t('web.clients.heading')],
    ['/clients/import', undefined],
    ['/disposal', t('web.disposal.heading')],
    ['/ledger', t('web.ledger.heading')],
    ['/people', t('web.people.heading')],
    [`/people/${firm.owner.person}`, 'Anna Lindqvist'],
    ['/me', 'Anna Lindqvist'],
    ['/settings', undefined],
  ] as const) {
    await visit(page, path);
    const title = page.getByRole('heading', { level: 1 }).first();
    await (heading === undefined ? expect(title).toBeVisible() : expect(title).toContainText(heading));
    await expectOwnWords(page, foreign);
    expect(await page.title(), path).not.toBe('');
  }
  await context.close();
});
