/** Who may read entries, as `strongroom ledger witnesses` tells everybody. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEngine } from '@strongroom/core/node';
import { createNoteKey, formatNoteKey, noteSignatureTypes } from '@strongroom/ledger';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, password, run } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-readers-'));
const place = { folder, home: 'anna' };
const reader = 'partner.example/witness';
let server: RunningServer;

async function start(port: number, config: Readonly<Record<string, unknown>>): Promise<RunningServer> {
  const whole = { witnesses: 'witnesses.policy', ...config };
  writeFileSync(join(folder, 'server', 'config.json'), JSON.stringify(whole));
  return await startServer({ home: join(folder, 'server'), port });
}

async function tell(lang: string): Promise<string> {
  const { out } = await run(place, ['ledger', 'witnesses'], { '--password-fd': password }, lang);
  return out;
}

beforeAll(async () => {
  const engine = createNodeEngine();
  const publicKey = await engine.ed25519PublicKey(engine.randomBytes(32));
  const type = noteSignatureTypes.cosignatureV1;
  const vkey = formatNoteKey(createNoteKey(engine, { name: reader, type, publicKey }));
  mkdirSync(join(folder, 'server'));
  // Nobody is there: who may read is told whether or not he is.
  const policy = `witness partner ${vkey} http://127.0.0.1:9\nquorum partner\n`;
  writeFileSync(join(folder, 'server', 'witnesses.policy'), policy);
  server = await start(0, { witnessesRead: [reader, 'partner.example/typo'] });
  await foundFirm(place, server);
}, 180_000);
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('it names whoever reads, also where the firm has named no witness, and no name that nobody has', async () => {
  expect(await tell('en')).toContain(`By the server’s word ${reader} may also read what all ledgers say`);
  expect(await tell('fr')).toContain(`Selon le serveur, ${reader} peut aussi lire`);
  expect(await tell('en')).not.toContain('partner.example/typo');
  expect(await json(place, ['ledger', 'witnesses'])).toMatchObject({ witnesses: [], readers: [reader] });
});

test('it says so where nobody does', async () => {
  const { port } = new URL(server.url);
  await server.close();
  server = await start(Number(port), {});
  expect(await tell('en')).toContain('By the server’s word no witness reads what the ledgers say.');
});
