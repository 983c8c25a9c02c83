/** All rules of WCAG 2.2 AA and what fits, for a page as it stands: in both themes at both widths. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { listMisfits } from './fits.ts';
import { settle, setWidth, widths } from './screens.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const themes = ['light', 'dark'] as const;

/** What axe answers, as far as it is read here. */
interface Findings {
  readonly passes: readonly unknown[];
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string | undefined }[];
  }[];
}

/** Of what holds it is enough to know that there is some: describing every place of it took half the time. */
const allRules = {
  resultTypes: ['violations' as const],
  runOnly: { type: 'tag' as const, values: tags },
  // No rule of these asks for style sheets or media to be fetched again.
  preload: false,
};

/** Those that a theme can change anything for: a theme is other colours, and nothing else. */
const rulesOfColour = {
  ...allRules,
  runOnly: { type: 'rule' as const, values: ['color-contrast', 'link-in-text-block'] },
};

type Rules = typeof allRules | typeof rulesOfColour;

type Theme = (typeof themes)[number];

/**
 * What breaks a rule, and what does not fit, in both themes at both widths; in the second theme of a width the rules of colour alone. In a
 * page of one frame axe is put there once and asked again for each theme and width.
 */
export async function listBroken(page: Page, name: string): Promise<readonly string[]> {
  return await examineIn(page, name, () => themes);
}

/**
 * The same for one of many dialogs or steps, in half the time: each width in one theme, crosswise in turns, so that each is seen in both
 * themes and at both widths. Of a dialog the screen under it is another one's.
 */
export async function listBrokenCrosswise(
  page: Page,
  name: string,
  turn: number,
): Promise<readonly string[]> {
  return await examineIn(page, name, (place) => [themes[(place + turn) % 2] ?? 'light']);
}

async function examineIn(
  page: Page,
  name: string,
  themesAt: (place: number) => readonly Theme[],
): Promise<readonly string[]> {
  const found: string[] = [];
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const [place, width] of widths.entries()) {
    await setWidth(page, width);
    await settle(page);
    for (const [time, theme] of themesAt(place).entries()) {
      await chooseTheme(page, theme);
      const { passes, violations } = await examine(page, time === 0 ? allRules : rulesOfColour);
      const at = `${name}, ${String(width)} px, ${theme}`;
      if (time === 0 && passes.length === 0) found.push(`${at}: nothing was looked at`);
      for (const { id, nodes } of violations)
        for (const { target, failureSummary } of nodes.slice(0, 3))
          found.push(`${at}: ${id} at ${String(target)} ${failureSummary?.split('\n')[1] ?? ''}`);
    }
    for (const misfit of await listMisfits(page)) found.push(`${name}, ${String(width)} px: ${misfit}`);
  }
  await chooseTheme(page, undefined);
  await setWidth(page, widths[0]);
  return found;
}

/** Puts a theme on, and waits until the colours have run through: contrast in the middle of a change is nobody's. */
export async function chooseTheme(page: Page, theme: Theme | undefined): Promise<void> {
  await page.evaluate(async (wanted) => {
    if (wanted === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = wanted;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(transitions.map(async (each) => await each.finished));
  }, theme);
}

async function examine(page: Page, rules: Rules): Promise<Findings> {
  const isDialog = (await page.locator('dialog[open]').count()) > 0;
  if (page.frames().length > 1) {
    const axe = new AxeBuilder({ page }).options(rules);
    return await (isDialog ? axe.include('dialog[open]') : axe).analyze();
  }
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  // What the builder puts into a page stays there.
  if (!isThere) await new AxeBuilder({ page }).setLegacyMode().withRules(['html-has-lang']).analyze();
  return await page.evaluate(
    async ([selector, wanted]) => {
      const { axe } = globalThis as unknown as {
        axe: { run(where: Element | Document, how: unknown): Promise<Findings> };
      };
      const { passes, violations } = await axe.run(document.querySelector(selector) ?? document, wanted);
      const scrolledFrom = scrollY;
      // What a bar that stays at the edge of the window covers in part is only too small if it stays so in the middle of it.
      const isSmallInTheMiddle = async (target: unknown): Promise<boolean> => {
        const element = document.querySelector(String(target));
        if (element === null) return true;
        element.scrollIntoView({ block: 'center' });
        const rule = { runOnly: { type: 'rule', values: ['target-size'] } };
        return (await axe.run(element, rule)).violations.length > 0;
      };
      const found = [];
      for (const { id, nodes } of violations) {
        const left = [];
        for (const { target, failureSummary } of nodes)
          if (id !== 'target-size' || (await isSmallInTheMiddle(target)))
            left.push({ target: String(target), failureSummary });
        if (left.length > 0) found.push({ id, nodes: left });
      }
      scrollTo(0, scrolledFrom);
      return { passes: passes.map(() => ''), violations: found };
    },
    ['dialog[open]', rules] as const,
  );
}
