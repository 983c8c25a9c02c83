import { createNodeEngine } from '@strongroom/core/node';
import {
  createNoteKey,
  createNoteSigner,
  emptyRoot,
  formatAddCheckpoint,
  formatNoteKey,
  noteSignatureTypes,
  signCheckpoint,
} from '@strongroom/ledger';
import { expect, test } from 'vitest';
import { runCli } from '../src/run-cli.ts';
import { createTestContext, makeFolder } from './test-context.ts';

const engine = createNodeEngine();
const origin = 'strongroom/office';

test('a witness is made, told whom to trust, run, looked at and ended', async () => {
  const folder = makeFolder('witness');
  const call = async (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const context = createTestContext(folder);
    return { code: await runCli(['witness', ...args], context), out: context.out(), err: context.err() };
  };
  const seed = engine.randomBytes(32);
  const key = createNoteKey(engine, {
    name: origin,
    type: noteSignatureTypes.ed25519,
    publicKey: await engine.ed25519PublicKey(seed),
  });

  expect(await call('status', '--home', 'w')).toMatchObject({ code: 1, out: '' });
  const made = await call('init', 'witness.example/1', '--home', 'w', '--json');
  const { vkey } = JSON.parse(made.out) as { vkey: string };
  expect(vkey).toMatch(/^witness\.example\/1\+[0-9a-f]{8}\+B/u);
  expect((await call('init', 'witness.example/1', '--home', 'w')).err).toContain('TARGET_EXISTS');
  expect((await call('init', 'a name with spaces', '--home', 'v')).code).toBe(1);
  expect((await call('trust', formatNoteKey(key), '--home', 'w', '--lang', 'fr')).out).toContain(
    'est suivi désormais',
  );
  expect((await call('trust', formatNoteKey(key), '--home', 'w', '--lang', 'pl')).out).toContain(
    'był już objęty',
  );
  expect((await call('trust', vkey, '--home', 'w')).err).toContain('FORMAT_INVALID');

  const context = createTestContext(folder);
  const ended = runCli(['witness', 'run', '--home', 'w', '--port', '0', '--lang', 'en'], context);
  for (const told of [vkey, 'trusts 1 ledger', 'http://'])
    await expect.poll(() => context.out(), { timeout: 60_000 }).toContain(told);
  expect((await call('run', '--home', 'w', '--port', '0')).err).toContain('HOME_IN_USE');
  const url = /http:\/\/[0-9.:]+/u.exec(context.out())?.[0] ?? '';
  const head = { origin, size: 0, root: emptyRoot(engine) };
  const checkpoint = await signCheckpoint(head, createNoteSigner(engine, key, seed));
  const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint });
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  expect(await answer.text()).toContain('— witness.example/1 ');
  const status = JSON.parse((await call('status', '--home', 'w', '--json')).out) as { logs: unknown };
  expect(status).toMatchObject({ vkey, logs: [{ origin, size: 0 }] });
  context.stop.abort();
  expect(await ended).toBe(0);
  expect((await call('run', '--home', 'w', '--listen', '0.0.0.0')).err).toContain(
    'PLAINTEXT_BEYOND_LOOPBACK',
  );
});
