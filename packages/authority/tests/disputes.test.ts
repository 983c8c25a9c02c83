import { encodeHex, officeId } from '@strongroom/core';
import { decodeOfficeState, disputesPerPersonMax, encodeState, openDisputes } from '@strongroom/authority';
import type { Verdict } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import { act, createWorld, enrol, idOf, seedOf } from './kit/world.ts';
import type { Someone, World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}

async function dispute(world: World, by: Someone, index: number, line = 'a line'): Promise<Verdict> {
  const body = { what: 'no-receipt', vault: officeId, index, hash: seedOf(line) } as const;
  return await act(world, by, 'opening.disputed', 'firm', body);
}

async function close(world: World, by: Someone, hash: Uint8Array): Promise<Verdict> {
  return await act(world, by, 'dispute.closed', 'firm', { dispute: hash });
}

function newest(world: World): Uint8Array {
  const id = openDisputes(world.office).at(-1)?.[0];
  return Uint8Array.from(Buffer.from(id ?? '', 'hex'));
}

describe('opening.disputed', () => {
  it('is anybody’s own, once for each line, with a vault that exists', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    expect(await dispute(world, ann, 7)).toMatchObject(applied);
    expect(await dispute(world, ann, 7)).toEqual(isVoid('VOID_STATE'));
    expect(await dispute(world, ann, 7, 'another line')).toMatchObject(applied);
    expect(await dispute(world, world.owner, 7)).toMatchObject(applied);
    const foreign = { what: 'no-line', vault: idOf('vlt', 'nowhere'), index: 1, hash: seedOf('x') } as const;
    expect(await act(world, ann, 'opening.disputed', 'firm', foreign)).toEqual(isVoid('VOID_STATE'));
    expect(openDisputes(world.office).map(([, { person }]) => person)).toEqual([
      ann.person,
      ann.person,
      world.owner.person,
    ]);
    const kept = decodeOfficeState(encodeState(world.office));
    expect(openDisputes(kept)).toHaveLength(3);
  });

  it('cannot fill the table', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    for (let index = 0; index < disputesPerPersonMax; index++) await dispute(world, ann, index);
    expect(await dispute(world, ann, disputesPerPersonMax)).toEqual(isVoid('VOID_LIMIT'));
    expect(await dispute(world, world.owner, 0)).toMatchObject(applied);
  });

  it('is free again for what nobody has looked into, once an administrator closed another', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    for (let index = 0; index < disputesPerPersonMax; index++) await dispute(world, ann, index);
    expect(await dispute(world, ann, disputesPerPersonMax)).toEqual(isVoid('VOID_LIMIT'));
    expect(await close(world, world.owner, newest(world))).toMatchObject(applied);
    expect(await dispute(world, ann, disputesPerPersonMax)).toMatchObject(applied);
    expect(await dispute(world, ann, disputesPerPersonMax + 1)).toEqual(isVoid('VOID_LIMIT'));
  });
});

describe('dispute.closed', () => {
  it('is another administrator’s, once; closed or not, nobody says the same again', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    await dispute(world, ann, 7);
    const hash = newest(world);
    expect(await close(world, ann, hash)).toEqual(isVoid('VOID_RIGHT'));
    expect(await close(world, world.owner, seedOf('no dispute'))).toEqual(isVoid('VOID_STATE'));
    expect(await close(world, world.owner, hash)).toMatchObject(applied);
    expect(await close(world, world.owner, hash)).toEqual(isVoid('VOID_STATE'));
    expect(openDisputes(world.office)).toEqual([]);
    expect(world.office.disputes?.has(encodeHex(hash))).toBe(true);
    expect(await dispute(world, ann, 7)).toEqual(isVoid('VOID_STATE'));
  });

  it('is never of whoever raised it, but in a firm of one', async () => {
    const alone = await createWorld();
    await dispute(alone, alone.owner, 7);
    expect(await close(alone, alone.owner, newest(alone))).toMatchObject(applied);
    const world = await createWorld();
    await enrol(world, 'ann');
    await dispute(world, world.owner, 7);
    expect(await close(world, world.owner, newest(world))).toEqual(isVoid('VOID_RIGHT'));
  });
});
