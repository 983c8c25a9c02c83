import {
  bundlesKeptMax,
  bundleStepMax,
  decodeOfficeState,
  encodeState,
  newestBundle,
} from '@strongroom/authority';
import type { Verdict } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import { act, createWorld, enrol, seedOf } from './kit/world.ts';
import type { Someone, World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}
async function publish(
  world: World,
  number: number,
  options: { readonly minimum?: number; readonly hash?: string; readonly by?: Someone } = {},
): Promise<Verdict> {
  const { minimum = 1, hash = `bundle ${number}`, by = world.owner } = options;
  return await act(world, by, 'bundle.published', 'firm', { number, hash: seedOf(hash), minimum });
}

describe('bundle.published', () => {
  it('is an administrator’s or owner’s', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['opener']);
    expect(await publish(world, 1, { by: ann })).toEqual(isVoid('VOID_RIGHT'));
    for (const role of ['officer', 'auditor'] as const) {
      await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role });
    }
    expect(await publish(world, 1, { by: ann })).toEqual(isVoid('VOID_RIGHT'));
    const administrator = { person: ann.person, role: 'administrator' } as const;
    await act(world, world.owner, 'role.granted', 'firm', administrator);
    expect(await publish(world, 1, { by: ann })).toMatchObject(applied);
    await act(world, world.owner, 'role.revoked', 'firm', administrator);
    expect(await publish(world, 2, { by: ann })).toEqual(isVoid('VOID_RIGHT'));
    expect(newestBundle(world.office)).toMatchObject({ number: 1, person: ann.person });
  });

  it('never goes back, neither the number nor the minimum', async () => {
    const world = await createWorld();
    expect(newestBundle(world.office)).toBeUndefined();
    expect(await publish(world, 3, { minimum: 4 })).toEqual(isVoid('VOID_FORM'));
    expect(await publish(world, 3, { minimum: 2 })).toMatchObject(applied);
    expect(await publish(world, 2, { minimum: 2 })).toEqual(isVoid('VOID_STATE'));
    expect(await publish(world, 4, { minimum: 1 })).toEqual(isVoid('VOID_STATE'));
    expect(await publish(world, 4, { minimum: 2 })).toMatchObject(applied);
    expect(newestBundle(world.office)).toMatchObject({ number: 4, minimum: 2, hash: seedOf('bundle 4') });
  });

  it('says one hash for a number; said again it can only raise the minimum', async () => {
    const world = await createWorld();
    await publish(world, 3);
    expect(await publish(world, 3)).toEqual(isVoid('VOID_STATE'));
    expect(await publish(world, 3, { hash: 'other' })).toEqual(isVoid('VOID_STATE'));
    expect(await publish(world, 3, { hash: 'other', minimum: 3 })).toEqual(isVoid('VOID_STATE'));
    expect(await publish(world, 3, { minimum: 3 })).toMatchObject(applied);
    expect(newestBundle(world.office)).toMatchObject({ number: 3, minimum: 3 });
  });

  it('cannot use up the numbers', async () => {
    const world = await createWorld();
    expect(await publish(world, bundleStepMax + 1)).toEqual(isVoid('VOID_LIMIT'));
    expect(await publish(world, bundleStepMax)).toMatchObject(applied);
    expect(await publish(world, 2 * bundleStepMax + 1)).toEqual(isVoid('VOID_LIMIT'));
    expect(await publish(world, 2 * bundleStepMax)).toMatchObject(applied);
  });

  it('is kept for the newest statements, in a saved state too', async () => {
    const world = await createWorld();
    for (let number = 1; number <= bundlesKeptMax + 4; number++) await publish(world, number);
    const kept = world.office.webBundles ?? [];
    expect(kept.map(({ number }) => number)).toEqual(Array.from({ length: bundlesKeptMax }, (_, n) => n + 5));
    expect(decodeOfficeState(encodeState(world.office)).webBundles).toEqual(kept);
  });
});
