/** No order of hostile statements gives a right that the model, written from the page, does not give. */
import {
  decodeOfficeState,
  decodeVaultState,
  encodeState,
  hasRole,
  isDeviceValid,
  isRotationDue,
  judge,
  mayOpen,
  newestBundle,
  roleInRoom,
} from '@strongroom/authority';
import type { States, Verdict } from '@strongroom/authority';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Model } from './kit/model.ts';
import type { Act, Role } from './kit/model.ts';
import {
  act,
  actAsServer,
  append,
  createRoom,
  createWorld,
  engine,
  enrol,
  grant,
  idOf,
  makeSomeone,
  rotate,
  rotationFields,
  seedOf,
  states,
  write,
} from './kit/world.ts';
import type { Changes, Someone, World } from './kit/world.ts';

const names = ['owner', 'ann', 'bob', 'eve'] as const;
const rooms = ['x', 'y'] as const;
const roles: readonly Role[] = ['owner', 'administrator', 'officer', 'auditor', 'opener'];
/** What is wrong with an entry; `none` is an honest one. */
const flaws = [
  'none',
  'none',
  'none',
  'none',
  'none',
  'none',
  'none',
  'none',
  'none',
  'foreign key',
  'foreign signer',
  'replay',
  'gap',
  'stale head',
  'extra signature',
] as const;
type Flaw = (typeof flaws)[number];

const who = fc.constantFrom(...names);
const room = fc.constantFrom(...rooms);
const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom('suspend', 'reinstate', 'freezeDevice', 'thawDevice'), who }),
  fc.record({ do: fc.constantFrom('grantRole', 'revokeRole'), who, role: fc.constantFrom(...roles) }),
  fc.record({ do: fc.constantFrom('raiseWall', 'liftWall'), who, room }),
  fc.record({
    do: fc.constant('publish'),
    bundle: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1001, 2002)),
    hash: fc.constantFrom('one', 'two'),
    minimum: fc.integer({ min: 1, max: 7 }),
  }),
  fc.record({
    do: fc.constantFrom('createRoom', 'rotate', 'rotate', 'freezeRoom', 'thawRoom', 'write', 'dispute'),
    room,
  }),
  fc.record({ do: fc.constant('grant'), who, room, role: fc.constantFrom('manager', 'member') }),
  fc.record({ do: fc.constant('revoke'), who, room }),
  fc.record({ do: fc.constantFrom('hold', 'liftHold', 'propose', 'approve', 'stop', 'release'), room }),
);
// The owner acts often, so that long sequences get somewhere.
const step = fc.record({
  by: fc.constantFrom('owner', 'owner', ...names),
  act: anAct,
  flaw: fc.constantFrom(...flaws),
});
type Step = { readonly by: string; readonly act: Act; readonly flaw: Flaw };

/** Every sequence begins with rooms that have an epoch, a member and an officer; otherwise few would get anywhere. */
const beginning: readonly Step[] = (
  [
    { do: 'createRoom', room: 'x' },
    { do: 'rotate', room: 'x' },
    { do: 'grant', room: 'x', who: 'ann', role: 'member' },
    { do: 'grantRole', who: 'bob', role: 'officer' },
    { do: 'createRoom', room: 'y' },
  ] as const
).map((one) => ({ by: 'owner', act: one, flaw: 'none' }));

type Scene = { readonly world: World; readonly people: ReadonlyMap<string, Someone>; serial: number };

const base = prepare();
async function prepare(): Promise<{ world: World; people: Map<string, Someone> }> {
  const world = await createWorld();
  const people = new Map([['owner', world.owner]]);
  for (const name of ['ann', 'bob']) people.set(name, await enrol(world, name));
  // Eve has keys and ids, and was never enrolled.
  people.set('eve', await makeSomeone('eve'));
  return { world, people };
}

async function createScene(): Promise<Scene> {
  const { world, people } = await base;
  const copy: World = {
    ...world,
    office: decodeOfficeState(encodeState(world.office)),
    vaults: new Map([...world.vaults].map(([id, vault]) => [id, decodeVaultState(encodeState(vault))])),
    log: [],
  };
  return { world: copy, people, serial: 0 };
}

function flawed(
  scene: Scene,
  by: Someone,
  chain: 'firm' | ReturnType<typeof idOf<'rom'>>,
  flaw: Flaw,
): Changes {
  const other = scene.people.get(by === scene.world.owner ? 'ann' : 'owner') ?? by;
  const vault = scene.world.vaults.get(scene.world.vault);
  const now = chain === 'firm' ? scene.world.office.chain : vault?.rooms.get(chain)?.chain;
  const { n, head } = now ?? { n: 0, head: new Uint8Array(32) };
  switch (flaw) {
    case 'foreign key':
      return { signers: [{ id: by.device.id, seed: other.device.seed }] };
    case 'foreign signer':
      return { signers: [other.device] };
    case 'extra signature':
      return { signers: [by.device, other.device] };
    case 'gap':
      return { change: { c: [chain, n + 1, head] } };
    case 'stale head':
      return { change: { c: [chain, n, seedOf('stale')] } };
    default:
      return {};
  }
}

async function perform(scene: Scene, { by: name, act: done, flaw }: Step): Promise<Verdict> {
  const { world, people } = scene;
  const by = people.get(name) ?? world.owner;
  scene.serial += 1;
  if (flaw === 'replay') {
    const last = world.log.findLast(({ verdict }) => verdict.kind === 'applied' && 'chain' in verdict);
    if (last !== undefined) return await append(world, last.ledger, last.bytes);
  }
  const inRoom = 'room' in done ? idOf('rom', done.room) : undefined;
  const person = 'who' in done ? (people.get(done.who)?.person ?? by.person) : by.person;
  const device = 'who' in done ? (people.get(done.who) ?? by).device.id : by.device.id;
  const isFirm = ['raiseWall', 'liftWall'].includes(done.do) || inRoom === undefined;
  const wrong = flawed(
    scene,
    by,
    isFirm || inRoom === undefined ? 'firm' : inRoom,
    flaw === 'replay' ? 'gap' : flaw,
  );
  const target = inRoom ?? idOf('rom', 'none');
  const changes = isFirm ? wrong : { ...wrong, ledger: world.vault };
  const vault = world.vaults.get(world.vault);
  const open = vault?.rooms.get(target);
  const wall = [...world.office.walls.values()].find(
    ({ person: whose, rooms: off, life }) =>
      whose === person && off.includes(target) && life.to === undefined,
  );
  const disposal = [...(vault?.disposals.values() ?? [])].find(
    (one) => one.room === target && one.stage !== 'stopped',
  );
  const unknown = { disposal: idOf('dsp', 'none'), hold: idOf('hld', 'none') };
  switch (done.do) {
    case 'suspend':
      return await act(world, by, 'person.suspended', 'firm', { person }, changes);
    case 'reinstate':
      return await act(world, by, 'person.reinstated', 'firm', { person }, changes);
    case 'freezeDevice':
      return await act(world, by, 'device.frozen', 'firm', { device }, changes);
    case 'thawDevice':
      return await act(world, by, 'device.thawed', 'firm', { device }, changes);
    case 'grantRole':
      return await act(world, by, 'role.granted', 'firm', { person, role: done.role }, changes);
    case 'revokeRole':
      return await act(world, by, 'role.revoked', 'firm', { person, role: done.role }, changes);
    case 'raiseWall': {
      // A second wall between the same two is allowed; the model knows one, so the first stands for it.
      if (wall !== undefined) return { kind: 'void', code: 'VOID_STATE' };
      const fields = { wall: idOf('wal', `wall ${scene.serial}`), person, rooms: [target] };
      return await act(world, by, 'wall.raised', 'firm', fields, changes);
    }
    case 'liftWall':
      return await act(world, by, 'wall.lifted', 'firm', { wall: wall?.id ?? idOf('wal', 'none') }, changes);
    case 'publish': {
      const { bundle: number, minimum } = done;
      return await act(
        world,
        by,
        'bundle.published',
        'firm',
        { number, hash: seedOf(done.hash), minimum },
        changes,
      );
    }
    case 'createRoom':
      return await createRoom(world, by, done.room, changes);
    case 'freezeRoom':
      return await act(world, by, 'room.frozen', target, { room: target }, changes);
    case 'thawRoom':
      return await act(world, by, 'room.thawed', target, { room: target }, changes);
    case 'write':
      return await write(world, by, target, 'r', 1, changes);
    case 'rotate':
      return rotationFields(world, target, world.vault).recipients.length === 0
        ? { kind: 'void', code: 'VOID_RIGHT' }
        : await rotate(world, by, target, changes);
    case 'dispute':
      return await act(
        world,
        by,
        'epoch.disputed',
        target,
        { room: target, n: open?.epoch?.n ?? 1 },
        changes,
      );
    case 'grant':
      return await grant(world, by, target, person, { ...changes, role: done.role });
    case 'revoke':
      return await act(world, by, 'access.revoked', target, { room: target, person }, changes);
    case 'hold': {
      if ((open?.holds.size ?? 0) > 0) return { kind: 'void', code: 'VOID_STATE' };
      const hold = idOf('hld', `hold ${scene.serial}`);
      return await act(world, by, 'hold.placed', target, { hold, records: [] }, changes);
    }
    case 'liftHold': {
      const hold = open?.holds.keys().next().value ?? unknown.hold;
      return await act(world, by, 'hold.lifted', target, { hold }, changes);
    }
    case 'propose': {
      const fields = {
        disposal: idOf('dsp', `disposal ${scene.serial}`),
        items: [[idOf('rec', 'r'), 1, 'card', done.room === 'x' ? 1 : 2, seedOf('hw')] as const],
      };
      return await act(world, by, 'disposal.proposed', target, fields, changes);
    }
    case 'approve': {
      const fields = {
        disposal: disposal?.id ?? unknown.disposal,
        proposal: disposal?.proposal.hash ?? seedOf('none'),
      };
      return await act(world, by, 'disposal.approved', target, fields, changes);
    }
    case 'stop':
      return await act(
        world,
        by,
        'disposal.stopped',
        target,
        { disposal: disposal?.id ?? unknown.disposal },
        changes,
      );
    case 'release': {
      const parts = [[target, idOf('rec', 'r'), 1, 'card', 1] as const];
      const line = { d: by.device.id, person: by.person, parts };
      const extra = flaw === 'none' ? {} : { signers: [by.device] };
      return await actAsServer(world, 'released', line, { ledger: world.vault, ...extra });
    }
  }
}

function expectSameRights(scene: Scene, model: Model): void {
  const { world, people } = scene;
  const view: States = states(world, world.vault);
  const moment = { at: world.office.size, atMs: world.nowMs };
  for (const [name, someone] of people) {
    expect(isDeviceValid(world.office, someone.device.id, moment.at), `device of ${name}`).toBe(
      model.isValid(name),
    );
    for (const role of roles) {
      expect(hasRole(world.office, someone.person, role, moment.at), `${name} ${role}`).toBe(
        model.has(name, role),
      );
    }
    for (const which of rooms) {
      const inRoom = idOf('rom', which);
      const ask = { ...moment, room: inRoom, person: someone.person, device: someone.device.id };
      expect(roleInRoom(view, inRoom, someone.person, moment), `${name} in ${which}`).toBe(
        model.roleIn(which, name),
      );
      expect(mayOpen(view, ask), `${name} opens ${which}`).toBe(model.mayOpen(which, name));
    }
  }
  const { number, minimum } = newestBundle(world.office) ?? {};
  expect({ number, minimum }).toEqual({ number: model.bundle?.bundle, minimum: model.bundle?.minimum });
  for (const which of rooms) {
    // The model counts a wall or suspension of anybody with a grant; the page only of those who were given the key.
    if (isRotationDue(view, idOf('rom', which), moment).due) expect(model.rooms.get(which)?.isDue).toBe(true);
  }
}

describe('hostile sequences', () => {
  it('give nobody a right that the page does not give', async () => {
    let appliedCount = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const scene = await createScene();
        const model = new Model('owner', ['ann', 'bob']);
        for (const one of [...beginning, ...steps]) {
          const verdict = await perform(scene, one);
          const isHonest = one.flaw === 'none';
          const isAllowed = isHonest && model.act(one.by, one.act);
          const isApplied = verdict.kind === 'applied';
          const rotated = one.act.do === 'rotate' ? model.rooms.get(one.act.room) : undefined;
          if (rotated !== undefined && isAllowed && !isApplied) {
            // A member may rotate only while it is due, and the page is stricter about that than the model.
            rotated.isDue = true;
            continue;
          }
          expect(isApplied, JSON.stringify([one, verdict])).toBe(isAllowed);
          if (isApplied) appliedCount += 1;
          expectSameRights(scene, model);
        }
      }),
      { numRuns: 100, seed: 20_261_121 },
    );
    expect(appliedCount).toBeGreaterThan(600);
  });

  it('fold alike whole, in batches, and from a saved state', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
        fc.nat(40),
        async (steps, cut) => {
          const scene = await createScene();
          const { log, office, vaults, vault } = scene.world;
          const again = await createScene();
          for (const one of [...beginning, ...steps]) await perform(scene, one);
          for (const [place, { ledger, index, bytes, verdict }] of log.entries()) {
            const { world } = again;
            if (place === cut) {
              const saved = world.vaults.get(vault);
              Object.assign(world, { office: decodeOfficeState(encodeState(world.office)) });
              if (saved !== undefined) world.vaults.set(vault, decodeVaultState(encodeState(saved)));
            }
            expect(await judge(engine, states(world, ledger), bytes, { index, ledger })).toEqual(verdict);
          }
          expect(encodeState(again.world.office)).toEqual(encodeState(office));
          const [left, right] = [again.world.vaults.get(vault), vaults.get(vault)];
          if (left === undefined || right === undefined) throw new Error('both have the vault');
          expect(encodeState(left)).toEqual(encodeState(right));
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });
});
