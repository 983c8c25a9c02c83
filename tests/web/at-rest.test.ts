/**
 * What a browser leaves behind (attack K5): after a first run, clients, documents added and opened, an import and a reload, neither the
 * stores that a script can read nor any file of the profile holds a name, a word of a document, the password or the kit in clear.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKit } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOk, hasChromium, KeysWorld, password, runOk, until } from './keys-world.ts';

const marks = {
  client: 'Kolibrifeder Holdings',
  imported: 'Zaunkoenig Partners',
  file: 'nachtigall-vertrag.txt',
  folder: 'Eisvogel',
  content: 'the heron stands in the shallow water',
  person: 'Wendehals',
  password,
};

/** A text as profiles keep texts: in bytes, or two bytes a letter. */
const formsOf = (text: string): readonly Buffer[] => [
  Buffer.from(text, 'utf8'),
  Buffer.from(text, 'utf16le'),
];

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.skipIf(!hasChromium)('what a browser leaves behind (skipped without /usr/bin/chromium)', () => {
  let world: KeysWorld;
  let profile = '';
  let kit = '';

  beforeAll(async () => {
    world = await KeysWorld.start();
    profile = mkdtempSync(join(tmpdir(), 'strongroom-profile-'));
    const context = await world.newProfile(profile);
    const page = await world.newTab(context);
    kit = await world.foundFirm(page, marks.person);
    const { vault } = await askOk<{ vault: string }>(page, `device.vaults.add({ name: 'Group' })`);
    const { room } = await askOk<{ room: string }>(
      page,
      `device.clients.add(${JSON.stringify({ vault, name: marks.client })})`,
    );
    await runOk(
      page,
      `client.keys.files.add({ room: '${room}', files: [{ folder: ['${marks.folder}'], file: new File([${JSON.stringify(`${marks.content}\n`)}.repeat(9000)], '${marks.file}') }] })`,
    );
    await until(page, `client.snapshot().uploads.some(({ state }) => state === 'done')`);
    const [row] = await askOk<{ record: string; name: string }[]>(
      page,
      `device.records.list({ room: '${room}' })`,
    );
    expect(row?.name).toBe(marks.file);
    const text = await runOk<string>(
      page,
      `client.keys.files.open({ record: '${row?.record}', purpose: 'work' }).then(({ bytes }) => bytes.text())`,
    );
    expect(text).toContain(marks.content);
    const { job } = await askOk<{ job: string }>(
      page,
      `import.startClients(${JSON.stringify({ vault, rows: [{ line: 2, name: marks.imported, aliases: [] }] })})`,
    );
    await until(page, `client.snapshot().jobs.get('${job}')?.state === 'done'`);
    await askOk(page, `opaque.idOf('${marks.folder}/${marks.file}')`);
    await page.reload();
    expect(await askOk(page, 'session.state()')).toMatchObject({
      kind: 'unlocked',
      personName: marks.person,
    });
    await askOk(page, `session.lock()`);
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'locked', personName: marks.person });
    await context.close();
  });
  afterAll(async () => {
    await world.close();
    rmSync(profile, { recursive: true, force: true });
  });

  test('K5: no file of the profile holds a mark', () => {
    const files = listFiles(profile);
    expect(files.some((file) => file.includes('IndexedDB'))).toBe(true);
    const found: string[] = [];
    const wanted = { ...marks, kit, group: kit.split('-').slice(1, 3).join('-') };
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const [name, text] of Object.entries(wanted))
        if (formsOf(text).some((form) => bytes.includes(form)))
          found.push(`${name}: ${file.slice(profile.length)}`);
      // The kit's two halves as bytes: what unlocking needs is on the disk, but not as it is.
      for (const [name, half] of Object.entries(parseKit(createNodeEngine(), kit)))
        if (bytes.includes(half)) found.push(`${name}: ${file.slice(profile.length)}`);
    }
    expect(found).toEqual([]);
  });

  test('the search would find a mark that is there', () => {
    const text = `{"name":"${marks.client}"}`;
    expect(formsOf(marks.client).some((form) => Buffer.from(text, 'utf16le').includes(form))).toBe(true);
    expect(listFiles(profile).some((file) => readFileSync(file).includes('strongroom'))).toBe(true);
  });

  test('the database has the kit secret under a key that cannot be taken out', async () => {
    const context = await world.newProfile(profile);
    const page = await world.newTab(context);
    const kept = await runOk<{ keys: Record<string, boolean>; names: string[] }>(
      page,
      `new Promise((resolve, reject) => {
        const opening = indexedDB.open('strongroom');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction(['keys', 'values']);
          const keys = transaction.objectStore('keys').getAll();
          const names = transaction.objectStore('keys').getAllKeys();
          const values = transaction.objectStore('values').getAllKeys();
          transaction.oncomplete = () => resolve({ keys: Object.fromEntries(names.result.map((name, at) => [name, keys.result[at].extractable])), names: values.result.filter((name) => !name.startsWith('sealed/') && !name.startsWith('web/')) });
        };
      })`,
    );
    // The ticket's key went with the lock.
    expect(kept.keys).toEqual({ 'at-rest': false });
    expect(kept.names).toContain('device');
    await context.close();
  });
});
