/** The browser that the staff app is measured in: Debian's, headless, with a profile of its own. */
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';

/** Where Debian keeps it. */
export const chromiumPath = '/usr/bin/chromium';

/** Opens it; `profile` is the folder of its profile, made where there is none. */
export async function openChromium(profile: string): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    chromiumSandbox: false,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
}
