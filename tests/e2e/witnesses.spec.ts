/** Who witnesses the ledgers, in the settings: nobody at first, then one that an administrator names, then nobody again. */
import { readFile } from 'node:fs/promises';
import { createNodeEngine } from '@strongroom/core/node';
import { createNoteKey, formatNoteKey, noteSignatureTypes } from '@strongroom/ledger';
import { expect, test } from './fixtures.ts';

test('an administrator names a witness and ends it again, and every screen says what is true', async ({
  people,
}) => {
  const { page } = await people.open('Anna Lindqvist');
  const engine = createNodeEngine();
  const name = 'partner.example/witness';
  const publicKey = await engine.ed25519PublicKey(engine.randomBytes(32));
  const vkey = formatNoteKey(
    createNoteKey(engine, { name, type: noteSignatureTypes.cosignatureV1, publicKey }),
  );
  await page.goto('/settings');
  const card = page.locator('section.card').filter({
    has: page.getByRole('heading', { name: 'Witnesses of the ledgers' }),
  });
  await expect(card.getByText('Nobody but the operator has countersigned.')).toBeVisible({ timeout: 30_000 });

  await expect(card.getByText('By the server’s word no witness reads what the ledgers say.')).toBeVisible();
  await card.getByLabel('Public key of a witness').fill('not a key');
  await card.getByRole('button', { name: 'Name the witness' }).click();
  await expect(card.getByRole('alert')).toContainText('INPUT_INVALID');
  await card.getByLabel('Public key of a witness').fill(vkey);
  await card.getByRole('button', { name: 'Name the witness' }).click();
  await expect(card.getByText(name)).toBeVisible({ timeout: 30_000 });
  // Nobody asks it: the operator has no address of it.
  await expect(card.getByText('Not countersigned yet').first()).toBeVisible();

  await card.getByRole('button', { name: 'End this witness' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('nobody but the operator vouches');
  await dialog.getByRole('button', { name: 'End this witness' }).click();
  await expect(card.getByText('Nobody but the operator has countersigned.')).toBeVisible({ timeout: 30_000 });
});

test('the page that checks receipts elsewhere is there to take away, and is never run here', async ({
  people,
}) => {
  const { page } = await people.open('Anna Lindqvist');
  await page.goto('/ledger');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Check it elsewhere' }).click();
  const download = await started;
  expect(download.suggestedFilename()).toBe('strongroom-verifier.html');
  const html = await readFile(await download.path(), 'utf8');
  expect(html).toMatch(/^<!doctype html>/iu);
  expect(html).toContain('Content-Security-Policy');
  const served = await page.request.get('/verifier.page');
  expect(served.headers()['content-type']).toBe('application/octet-stream');
  expect(served.headers()['content-security-policy']).toContain("default-src 'none'");
});
