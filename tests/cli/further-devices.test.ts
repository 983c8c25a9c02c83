/** A laptop is lost: its owner gets back in with the printed kit and the password, from a new home, and cuts the laptop off. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, password, refusal, run } from './command-line.ts';
import type { Place } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-devices-'));
const [lap, renewed, third, fourth] = ['lap', 'new', 'third', 'fourth'].map((home) => ({ folder, home })) as [
  Place,
  Place,
  Place,
  Place,
];
const stepMs = 180_000;

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home: join(folder, 'server'), port: 0 });
  writeFileSync(join(folder, 'deed.pdf'), randomBytes(300_000));
}, stepMs);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'password and kit make a new home a device, which opens what was there and cuts the lost one off',
  async () => {
    const { client: code, ...lost } = await foundFirm(lap, server);
    await json(lap, ['records', 'add', 'deed.pdf', '--client', code]);

    const kit = readFileSync(join(folder, 'kit.txt'), 'utf8');
    expect(kit).toContain(lost.person);
    const groups = [...kit.matchAll(/^\s*\d\.\s+(\S+)$/gmu)].map(([, group]) => group).join('-');
    const add = ['devices', 'add', '--server', server.url];
    const root = /[0-9a-f]{64}/u.exec(kit)?.[0] ?? '';
    expect(
      await refusal(renewed, [...add, '--from-kit', 'kit.txt'], { '--password-fd': 'not the password' }),
    ).toBe('SIGN_IN_REFUSED');
    expect(await refusal(renewed, [...add, '--from-kit', 'kit.txt', '--root', 'ab'.repeat(32)])).toBe(
      'GENESIS_MISMATCH',
    );
    expect(JSON.parse((await run(renewed, ['status', '--json'], {})).out)).toMatchObject({ state: 'new' });
    const typed = [...add, '--person-id', lost.person, '--root', root];
    const made = await json<{ device: string; person: string; roles: string[] }>(renewed, typed, {
      '--kit-fd': groups,
    });
    expect(made).toMatchObject({ person: lost.person, roles: ['owner', 'administrator', 'opener'] });
    expect(made.device).not.toBe(lost.device);

    const told = await run(lap, ['devices', 'list'], { '--password-fd': password });
    expect(told.err).toContain(`strongroom devices revoke ${made.device}`);
    expect((await run(lap, ['devices', 'list'], { '--password-fd': password })).err).not.toContain(
      'devices revoke',
    );

    const [row] = await json<{ record: string }[]>(renewed, ['records', 'list', '--client', code]);
    await json(renewed, ['records', 'open', row?.record ?? '', '-o', 'opened.pdf']);
    expect(hashFile('opened.pdf')).toBe(hashFile('deed.pdf'));

    const revoked = await json<{ generation: number; rotated: unknown[] }>(renewed, [
      'devices',
      'revoke',
      lost.device,
    ]);
    expect(revoked.generation).toBe(2);
    expect(revoked.rotated.length).toBeGreaterThan(0);
    expect(await refusal(lap, ['records', 'list', '--client', code])).toBe('SIGN_IN_REFUSED');
    const other = await json<{ device: string }>(third, [...add, '--from-kit', 'kit.txt']);
    expect(other.device).not.toBe(made.device);
    await json(third, ['records', 'open', row?.record ?? '', '-o', 'again.pdf']);
    expect(hashFile('again.pdf')).toBe(hashFile('deed.pdf'));

    // With a device at hand the kit is not needed: a code, and the password.
    const shown = Promise.withResolvers<readonly [code: string, fingerprint: string]>();
    const waiting = run(
      fourth,
      ['devices', 'wait', '--server', server.url, '--json'],
      { '--password-fd': password },
      'en',
      (text) => {
        const [, waits, prints] = /"code":"([0-9A-Z-]+)","fingerprint":"([0-9A-Z-]+)"/u.exec(text) ?? [];
        if (waits !== undefined && prints !== undefined) shown.resolve([waits, prints]);
      },
    );
    const [waits, fingerprint] = await shown.promise;
    const adopt = ['devices', 'adopt', waits, '--fingerprint'];
    expect(await refusal(third, [...adopt, 'AAAA-AAAA-AAAA-AAAA'])).toBe('FINGERPRINT_MISMATCH');
    expect(await refusal(renewed, [...adopt, fingerprint])).toBe('ADOPTION_ENDED');
    const adopted = await json<{ device: string }>(third, [...adopt, fingerprint]);
    const ended = await waiting;
    expect(ended.code, ended.err).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ device: adopted.device, person: lost.person });
    await json(fourth, ['records', 'open', row?.record ?? '', '-o', 'once-more.pdf']);
    expect(hashFile('once-more.pdf')).toBe(hashFile('deed.pdf'));
  },
  stepMs * 2,
);

function hashFile(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
}
