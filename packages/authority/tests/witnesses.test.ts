import { decodeOfficeState, encodeState, witnessesInForce, witnessPolicyOf } from '@strongroom/authority';
import type { Verdict } from '@strongroom/authority';
import { createNoteKey, formatNoteKey, formatPolicy, noteSignatureTypes } from '@strongroom/ledger';
import { describe, expect, it } from 'vitest';
import { act, createWorld, engine, enrol, seedOf } from './kit/world.ts';
import type { Someone, World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}

async function witnessKey(name: string, type = noteSignatureTypes.cosignatureV1 as 1 | 4): Promise<string> {
  const publicKey = await engine.ed25519PublicKey(seedOf(name));
  return formatNoteKey(createNoteKey(engine, { name, type, publicKey }));
}

async function nameWitnesses(
  world: World,
  vkeys: readonly string[],
  options: { readonly quorum?: number; readonly waitHours?: number; readonly by?: Someone } = {},
): Promise<Verdict> {
  const { quorum = Math.min(1, vkeys.length), waitHours = 24, by = world.owner } = options;
  return await act(world, by, 'witnesses.named', 'firm', { vkeys, quorum, waitHours });
}

describe('witnesses.named', () => {
  it('is an administrator’s or owner’s', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['opener']);
    const vkeys = [await witnessKey('partner.example')];
    for (const role of ['officer', 'auditor'] as const)
      await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role });
    expect(await nameWitnesses(world, vkeys, { by: ann })).toEqual(isVoid('VOID_RIGHT'));
    expect(witnessesInForce(world.office)).toBeUndefined();
    await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'administrator' });
    expect(await nameWitnesses(world, vkeys, { by: ann })).toMatchObject(applied);
    expect(witnessesInForce(world.office)).toMatchObject({ quorum: 1, waitHours: 24, person: ann.person });
  });

  it('is the whole list; who stays counts since when it came, and an empty list ends all', async () => {
    const world = await createWorld();
    const [first, second] = [await witnessKey('one.example'), await witnessKey('two.example')];
    await nameWitnesses(world, [first]);
    const since = witnessesInForce(world.office)?.from ?? -1;
    expect(await nameWitnesses(world, [first, second], { quorum: 2 })).toMatchObject(applied);
    const both = witnessesInForce(world.office);
    expect(both?.witnesses.map(({ vkey, from }) => [vkey, from])).toEqual([
      [first, since],
      [second, both?.from],
    ]);
    expect(both?.from).toBeGreaterThan(since);
    expect(formatPolicy(engine, witnessPolicyOf(engine, both, []))).toBe(
      `witness one.example ${first}\nwitness two.example ${second}\ngroup firm 2 one.example two.example\nquorum firm\n`,
    );
    expect(await nameWitnesses(world, [])).toMatchObject(applied);
    expect(witnessesInForce(world.office)).toBeUndefined();
    expect(witnessPolicyOf(engine, witnessesInForce(world.office), []).quorum).toBe('none');
    // Who comes back begins anew.
    await nameWitnesses(world, [first]);
    expect(witnessesInForce(world.office)?.witnesses[0]?.from).toBeGreaterThan(both?.from ?? Infinity);
  });

  it('has a form: keys of witnesses, none twice, a quorum they can make', async () => {
    const world = await createWorld();
    const one = await witnessKey('one.example');
    const twice = [one, await witnessKey('one.example')];
    const sameKey = formatNoteKey(
      createNoteKey(engine, {
        name: 'other.example',
        type: noteSignatureTypes.cosignatureV1,
        publicKey: await engine.ed25519PublicKey(seedOf('one.example')),
      }),
    );
    const log = await witnessKey('log.example', noteSignatureTypes.ed25519);
    const wrong: readonly [readonly string[], number][] = [
      [twice, 1],
      [[one, sameKey], 1],
      [[log], 1],
      [[await witnessKey('none')], 1],
      [[one.replace('+', '+0')], 1],
      [['one.example'], 1],
      [[one], 0],
      [[one], 2],
      [[], 1],
    ];
    for (const [vkeys, quorum] of wrong)
      expect(await nameWitnesses(world, vkeys, { quorum }), vkeys.join(' ')).toEqual(isVoid('VOID_FORM'));
    expect(witnessesInForce(world.office)).toBeUndefined();
  });

  it('names no key that signs for the firm, and changes something', async () => {
    const world = await createWorld();
    const own = createNoteKey(engine, {
      name: 'mine.example',
      type: noteSignatureTypes.cosignatureV1,
      publicKey: world.owner.device.sign,
    });
    expect(await nameWitnesses(world, [formatNoteKey(own)])).toEqual(isVoid('VOID_STATE'));
    expect(await nameWitnesses(world, [])).toEqual(isVoid('VOID_STATE'));
    const vkeys = [await witnessKey('one.example')];
    await nameWitnesses(world, vkeys);
    expect(await nameWitnesses(world, vkeys)).toEqual(isVoid('VOID_STATE'));
    expect(await nameWitnesses(world, vkeys, { waitHours: 48 })).toMatchObject(applied);
  });

  it('is kept in a state that is stored', async () => {
    const world = await createWorld();
    await nameWitnesses(world, [await witnessKey('one.example')]);
    expect(decodeOfficeState(encodeState(world.office)).witnessing).toEqual(world.office.witnessing);
  });

  it('may be called what the group of a policy would be', async () => {
    const world = await createWorld();
    const vkey = await witnessKey('firm');
    expect(await nameWitnesses(world, [vkey])).toMatchObject(applied);
    const policy = witnessPolicyOf(engine, witnessesInForce(world.office), []);
    expect(formatPolicy(engine, policy)).toContain(`quorum ${policy.quorum}\n`);
  });
});
