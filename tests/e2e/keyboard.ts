/** The job by the keyboard alone: from one thing to the next, with the focus seen wherever it stands. */
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The focus stands on something that can be seen, and shows it, once what a key began is drawn. */
export async function expectVisibleFocus(page: Page): Promise<void> {
  await expect.poll(async () => await describeFocus(page)).toBe('seen');
}

async function describeFocus(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    // Between the last element and the first the browser itself has it.
    if (element === null || element === document.body) return 'seen';
    const nameOf = (one: Element): string =>
      `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return `on ${nameOf(element)}, which has no size`;
    const shows = (one: Element | null): boolean => {
      if (one === null) return false;
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
    };
    const isShown =
      shows(element) ||
      shows(element.parentElement) ||
      shows(element.closest('[role=row], label, .field-box'));
    return isShown || element.id === 'main' ? 'seen' : `unseen on ${nameOf(element)}`;
  });
}

/** Tabs until the focus is on something of a name. */
export async function tabTo(
  page: Page,
  role: 'button' | 'link' | 'textbox' | 'combobox' | 'checkbox',
  name: string | RegExp,
): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  if (await wanted.evaluate((element) => element === document.activeElement)) return;
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the ${role} ${String(name)} is not reached with Tab`);
}

/** Tabs until the focus is within something, unless it is there. */
export async function tabInto(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await wanted.evaluate((element) => element.contains(document.activeElement))) return;
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
  }
  throw new Error('it is not reached with Tab');
}
