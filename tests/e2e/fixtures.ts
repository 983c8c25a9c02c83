/**
 * What the specs start from: the demo firm, and people in profiles of their own, each signed in once. Every page of every profile reports
 * violations of the policy, console errors and failed scripts; a test during which one happened fails.
 */
import { test as base, expect } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { startDemoFirm } from './demo-firm.ts';
import type { DemoFirm } from './demo-firm.ts';

/** A person in a profile. */
export interface Profile {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;
}

interface WorkerFixtures {
  readonly demo: DemoFirm;
  readonly profiles: Profiles;
  readonly people: People;
}

/** Makes profiles that are nobody's device yet, and closes them in the end. */
export interface Profiles {
  make(url: string): Promise<Profile>;
}

/** Gives people their profiles, signed in when first asked for. */
export interface People {
  open(name: string): Promise<Profile>;
  /** A profile that is nobody's device yet. */
  blank(): Promise<Profile>;
}

const faults: string[] = [];

export const test = base.extend<{ readonly noFaults: undefined }, WorkerFixtures>({
  demo: [
    // The runner reads the names of the wanted fixtures from the pattern; none is wanted.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const demo = await startDemoFirm();
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  profiles: [
    async ({ browser }, use) => {
      const contexts: BrowserContext[] = [];
      await use({
        async make(url) {
          const context = await newProfile(browser, url);
          contexts.push(context);
          return { name: 'nobody', context, page: await context.newPage() };
        },
      });
      for (const context of contexts) await context.close();
    },
    { scope: 'worker' },
  ],
  people: [
    async ({ profiles, demo }, use) => {
      const open = new Map<string, Promise<Profile>>();
      await use({
        async open(name) {
          let profile = open.get(name);
          if (profile === undefined) {
            profile = profiles.make(demo.url).then(async (made) => {
              await signIn(made.page, demo, name);
              return { ...made, name };
            });
            open.set(name, profile);
          }
          return await profile;
        },
        blank: async () => await profiles.make(demo.url),
      });
    },
    { scope: 'worker' },
  ],
  noFaults: [
    // The runner reads the names of the wanted fixtures from the pattern; none is wanted.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      faults.length = 0;
      await use(undefined);
      expect(faults, 'violations of the policy and faults of scripts').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** A profile whose pages report what must not happen. */
async function newProfile(browser: Browser, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
    acceptDownloads: true,
  });
  await context.exposeBinding('reportViolation', (_, text: string) => {
    faults.push(text);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation?: (text: string) => void }).reportViolation;
      report?.(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${String(event.lineNumber)}`,
      );
    });
  });
  context.on('page', (page) => {
    page.on('pageerror', (error) => faults.push(`script: ${error.stack ?? JSON.stringify(error)}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text()))
        faults.push(`console: ${message.text()}`);
    });
  });
  return context;
}

/** A refused or unreachable request is logged by the browser itself; that screens say so in words is what the specs check. */
function isExpected(text: string): boolean {
  return /Failed to load resource|net::ERR_/u.test(text);
}

/** Makes a profile one more device of a person, by the link of the kit. */
export async function signIn(page: Page, demo: DemoFirm, name: string): Promise<void> {
  await page.goto(demo.find(name).link);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}
