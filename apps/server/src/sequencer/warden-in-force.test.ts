/** Which warden a server goes on with: by its number and key, and by a statement that lies ready. */
import { createOfficeState, signBody } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import { newId, officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { expect, test } from 'vitest';
import { assertInForce } from './warden-in-force.ts';

const engine = createNodeEngine();
const [firstKey, secondKey] = [engine.randomBytes(32), engine.randomBytes(32)];
const kit = { id: newId(engine, 'unl'), seed: engine.randomBytes(32) };
const first = { warden: 1, role: 'active', publicKey: firstKey } as const;
const second = { warden: 2, role: 'active', publicKey: secondKey } as const;

/** An office with this warden. */
function officeOf({
  warden,
  publicKey,
}: {
  readonly warden: number;
  readonly publicKey: Uint8Array;
}): OfficeState {
  const office = createOfficeState();
  office.warden = { number: warden, sign: publicKey, ledger: 'ledger' };
  return office;
}

/** A statement that names the second. */
async function sign(): Promise<{ readonly body: Uint8Array }> {
  return await signBody(engine, {
    body: {
      k: 'warden.promoted',
      l: officeId,
      d: kit.id,
      t: 1,
      pos: { o: [0, 1, new Uint8Array(32)] },
      c: ['firm', 1, new Uint8Array(32)],
      number: 2,
      sign: secondKey,
      ledger: engine.randomBytes(32),
      vaults: [],
    },
    signers: [kit],
  });
}

function tell(...given: Parameters<typeof assertInForce>): string | boolean {
  try {
    return assertInForce(...given);
  } catch (cause) {
    return (cause as { code: string }).code;
  }
}

test('without a statement it is the one that the office names, by number and key', () => {
  expect(tell(officeOf(first), first, undefined)).toBe(false);
  expect(tell(officeOf(first), { ...first, publicKey: secondKey }, undefined)).toBe('WARDEN_OTHER');
  expect(tell(officeOf(first), second, undefined)).toBe('WARDEN_OTHER');
  expect(tell(officeOf(second), first, undefined)).toBe('WARDEN_FENCED');
  expect(tell(officeOf(first), { ...first, role: 'fenced' }, undefined)).toBe('WARDEN_FENCED');
  expect(tell(createOfficeState(), first, undefined)).toBe(false);
});

test('while a statement waits it is the one that it names: config.json may still name the one before', async () => {
  const statement = await sign();
  expect(tell(officeOf(first), second, statement)).toBe(true);
  expect(tell(officeOf(first), first, statement)).toBe('WARDEN_FENCED');
  expect(tell(officeOf(first), { ...second, publicKey: firstKey }, statement)).toBe('WARDEN_OTHER');
  expect(tell(officeOf(first), { ...second, warden: 3 }, statement)).toBe('WARDEN_OTHER');
  // Once the office has it, it says nothing more.
  expect(tell(officeOf(second), second, statement)).toBe(false);
});
