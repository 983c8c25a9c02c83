/** On every address, loaded as by a link from outside: the policy as it is served, nothing that breaks it, and nothing on a console. */
import { expect, test } from './fixtures.ts';
import { listScreens, settle, visit } from './screens.ts';
import { WorkerScope } from './worker-scope.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types strongroom',
].join('; ');

/** Whatever a test visits, fixtures.ts lets it fail on a violation, a console error or a failed script. */
test('every address is served under the policy and keeps to it', async ({ people, demo }) => {
  test.setTimeout(240_000);
  const { page } = await people.open('Anna Lindqvist');
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== demo.url && protocol !== 'blob:' && protocol !== 'data:') elsewhere.push(request.url());
  });
  for (const { path } of await listScreens(page, demo)) {
    const response = await page.goto(path);
    await settle(page);
    const headers = response?.headers() ?? {};
    expect(headers['content-security-policy']?.replaceAll(/;\s*/gu, '; ').replace(/; $/u, ''), path).toBe(
      policy,
    );
    expect(headers, path).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['cache-control'], path).toMatch(/no-store|no-cache/u);
  }
  expect(elsewhere).toEqual([]);
});

/** What a worker's log says of the policy. */
function listViolations({ faults }: WorkerScope): readonly string[] {
  return faults.filter((fault) => /security|violates|Content Security Policy|Trusted/iu.test(fault));
}

test('the worker of all tabs keeps to the policy as well, and what it would break would be seen', async ({
  people,
  demo,
}) => {
  const { page, context } = await people.blank();
  await page.goto(demo.find('Anna Lindqvist').link);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  const worker = await WorkerScope.reach(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  const document = (await listScreens(page, demo)).find(({ name }) => name === 'document');
  await visit(page, document?.path ?? '');
  await expect(page.locator('iframe')).toBeVisible();
  expect(listViolations(worker)).toEqual([]);
  await worker.evaluate(`fetch('https://elsewhere.test/').catch(() => undefined)`);
  await expect.poll(() => listViolations(worker)).not.toEqual([]);
  expect(listViolations(worker).join(' ')).toContain('elsewhere.test');
  await worker.close();
  await context.close();
});

test('the viewer is sealed: an opaque origin, no line, no storage, no parent', async ({ people, demo }) => {
  const { page } = await people.open('Anna Lindqvist');
  const document = (await listScreens(page, demo)).find(({ name }) => name === 'document');
  await page.goto(document?.path ?? '');
  await settle(page);
  const element = page.locator('iframe');
  await expect(element).toHaveAttribute('sandbox', 'allow-scripts');
  // The frame is asked once it shows the document: before, it may still be on its way from the blank page.
  await expect(page.frameLocator('iframe').locator('section.page').first()).toBeVisible();
  const handle = await element.elementHandle();
  const frame = await handle?.contentFrame();
  const probed = await frame?.evaluate(async () => {
    const attempt = async (work: () => unknown): Promise<string> => {
      try {
        await work();
        return 'reached';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return {
      origin: self.origin,
      storage: await attempt(() => localStorage.length),
      parent: await attempt(() => parent.document.title),
      database: await attempt(() => indexedDB.open('probe')),
    };
  });
  expect(probed).toEqual({
    origin: 'null',
    storage: 'SecurityError',
    parent: 'SecurityError',
    database: 'SecurityError',
  });
  const served = await page.request.get('/viewer.html');
  expect(served.headers()['content-security-policy']).toContain('sandbox allow-scripts');
  expect(served.headers()['content-security-policy']).toContain("connect-src 'none'");
});
