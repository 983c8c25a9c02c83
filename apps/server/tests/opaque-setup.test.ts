import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client } from '@serenity-kit/opaque';
import { decodeBase64url } from '@strongroom/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOpaqueServer } from '../src/opaque.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sro-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the setup is made once, for its owner only; what a crash left of one is not used', async () => {
  const path = join(folder, 'opaque-setup');
  writeFileSync(`${path}.new`, 'half a se');
  const first = await openOpaqueServer(path);
  const { registrationRequest } = client.startRegistration({ password: 'a password' });
  const answer = first.answerRegistration('per_a', decodeBase64url(registrationRequest));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['opaque-setup']);
  const setup = readFileSync(path, 'utf8');
  const second = await openOpaqueServer(path);
  expect(second.answerRegistration('per_a', decodeBase64url(registrationRequest))).toEqual(answer);
  expect(readFileSync(path, 'utf8')).toBe(setup);
});
