/** The main job, by two people in two profiles: from a server's first run to a record that was opened by a colleague and destroyed. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { addClient, addFiles, foundFirm, goTo, goToTab, rowOf, textFile, untilUploaded } from './steps.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

let server: OwnServer;
let anna: Profile;
let code = '';

test.beforeAll(async ({ profiles }) => {
  server = await OwnServer.start();
  anna = await profiles.make(server.url);
});
test.afterAll(async () => {
  await anna.context.close();
  await server.remove();
});

test('a first run ends on Today, with a sample room and what is left to set up', async () => {
  const { page } = anna;
  await foundFirm(page, server, { firm: 'Lindqvist & Partners', person: 'Anna Lindqvist', hasSample: true });
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.getByRole('heading', { name: /^Set up your firm: \d of \d$/u })).toBeVisible();
  await untilUploaded(page, 3);
  await goTo(page, 'Clients');
  await expect(page.getByRole('row').filter({ hasText: 'Sample client' })).toBeVisible();
});

test('a client is added, and files and a folder tree are chosen and dropped', async () => {
  const { page } = anna;
  code = await addClient(page, 'Dubois Holdings');
  expect(code).toMatch(/^C-[0-9A-Z]{4,}$/u);
  await addFiles(page, [
    textFile('Opinion.txt', 'Our opinion on the merger.'),
    textFile('Draft.txt', 'A draft.'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-tree-'));
  await mkdir(join(folder, 'Tax', '2025'), { recursive: true });
  await writeFile(join(folder, 'Tax', 'Summary.txt'), 'Of all years.');
  await writeFile(join(folder, 'Tax', '2025', 'Return.txt'), 'The return of 2025.');
  await addFiles(page, join(folder, 'Tax'));
  await dropFile(page, 'Dropped.txt', 'Dropped on the page.');
  await goToTab(page, 'Documents');
  for (const name of ['Opinion.txt', 'Draft.txt', 'Dropped.txt', 'Tax'])
    await expect(rowOf(page, name).first()).toBeVisible();
  await page.getByRole('button', { name: 'Tax', exact: true }).click();
  await expect(rowOf(page, 'Summary.txt')).toBeVisible();
  await page.getByRole('button', { name: '2025', exact: true }).click();
  await expect(rowOf(page, 'Return.txt')).toBeVisible();
  await rm(folder, { recursive: true });
});

/** Drops a file where people drop it: anywhere. */
async function dropFile(page: Profile['page'], name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content ?? ''], fileName ?? '', { type: 'text/plain' }));
      return data;
    },
    [name, text],
  );
  const main = page.getByRole('main');
  for (const kind of ['dragenter', 'dragover', 'drop'])
    await main.dispatchEvent(kind, { dataTransfer: transfer });
  await transfer.dispose();
}
