/**
 * What the specs start from: the demo firm, and people in profiles of their own, each signed in once. Every page of every profile reports
 * violations of the policy, console errors and failed scripts; a test during which one happened fails.
 */
import { test as base, expect } from '@playwright/test';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Worker } from '@playwright/test';
import { startDemoFirm } from './demo-firm.ts';
import type { DemoFirm } from './demo-firm.ts';
import { Office } from './office.ts';

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
  readonly office: Office;
  readonly desk: Profile;
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
  /** A firm for specs that fill it themselves; each keeps to rooms of its own. */
  office: [
    // The runner reads the names of the wanted fixtures from the pattern; none is wanted.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await Office.open();
      await use(office);
      await office.close();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  /** The owner of the office, signed in. */
  desk: [
    async ({ profiles, office }, use) => {
      const made = await profiles.make(office.url);
      await signIn(made.page, office, 'Anna Lindqvist');
      await use({ ...made, name: 'Anna Lindqvist' });
    },
    { scope: 'worker', timeout: 180_000 },
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

/** How every profile is set up. */
export const profileOptions: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  timezoneId: 'Europe/Warsaw',
  acceptDownloads: true,
};

/** A profile whose pages report what must not happen. */
async function newProfile(browser: Browser, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({ ...profileOptions, baseURL: url });
  await watchForFaults(context);
  return context;
}

/** A test during which a page of these breaks the policy, logs an error or fails, fails. */
export async function watchForFaults(context: BrowserContext): Promise<void> {
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
    page.on('worker', (worker) => void watchWorker(worker));
    page.on('pageerror', (error) => faults.push(`script: ${error.stack ?? JSON.stringify(error)}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text()))
        faults.push(`console: ${message.text()}`);
    });
  });
}

/** Has a worker of a page say what breaks its policy, as the page does. The worker of all tabs is out of reach here: see policy.spec.ts. */
async function watchWorker(worker: Worker): Promise<void> {
  const watching = worker.evaluate(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI } = event;
      console.error(`policy of a worker: ${violatedDirective} ${blockedURI}`);
    });
  });
  // One that has done its work is gone before it is asked.
  await watching.catch(() => undefined);
}

/** A refused or unreachable request is logged by the browser itself; that screens say so in words is what the specs check. */
function isExpected(text: string): boolean {
  return /Failed to load resource|net::ERR_/u.test(text);
}

/** A firm whose people come in by links. */
export interface FirmWithLinks {
  readonly password: string;
  find(name: string): { readonly link: string };
}

/** Makes a profile one more device of a person, by the link of the kit. */
export async function signIn(page: Page, firm: FirmWithLinks, name: string): Promise<void> {
  await page.goto(firm.find(name).link);
  await page.getByLabel('Password', { exact: true }).fill(firm.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}
