/** One body of every kind, with every optional field, from fixed bytes. Keys are shapes only. */
import { formatId, officeId, parseClientCode } from '@strongroom/core';
import type { Id, IdPrefix } from '@strongroom/core';
import type { Body, ChainId, PositionRows } from '@strongroom/authority';

function fill(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}
export function sampleId<P extends IdPrefix>(prefix: P, value: number): Id<P> {
  return formatId(prefix, fill(16, value));
}

const vault = sampleId('vlt', 1);
const room = sampleId('rom', 2);
const other = sampleId('rom', 3);
const person = sampleId('per', 4);
const device = sampleId('dev', 5);
const record = sampleId('rec', 6);
const disposal = sampleId('dsp', 7);
const unlock = sampleId('unl', 8);
const hash = fill(32, 9);
const kem = fill(1216, 10);
export const samplePositions: PositionRows = { o: [0, 7, fill(32, 11)], v: [0, 9, fill(32, 12)] };

const deviceKeys = { id: device, sign: fill(32, 13), kem };
const unlockKeys = { id: unlock, type: 'password', sign: fill(32, 14), kem } as const;
const generation = { n: 1, kem, boxesHash: hash };
const wraps = [
  { part: 'card', epoch: 1, slot: 1, hw: hash },
  { part: 'body', epoch: 1, slot: 2 ** 48 - 1, hw: hash },
] as const;

function signed<C extends ChainId>(
  l: typeof vault,
  chain: C,
): { l: typeof vault; d: typeof device; t: number; pos: PositionRows; c: readonly [C, number, Uint8Array] } {
  return { l, d: device, t: 1_790_000_000_000, pos: samplePositions, c: [chain, 3, fill(32, 15)] };
}
const firm = signed(officeId, 'firm' as const);
const own = signed(officeId, person);
const inRoom = signed(vault, room);
const warden = { l: vault, d: 'warden', t: 1_790_000_000_000, pos: samplePositions } as const;

export const sampleBodies: readonly Body[] = [
  {
    k: 'firm.created',
    ...firm,
    firm: sampleId('frm', 16),
    suite: 1,
    warden: { number: 1, sign: fill(32, 17), ledger: 'office+key' },
    edition: 0,
    person,
    device: deviceKeys,
    unlocks: [unlockKeys],
    generation,
    recovery: { kem, boxHash: hash },
    staffRoom: room,
    officersRoom: other,
    nonce: fill(32, 18),
  },
  { k: 'kit.noted', ...own, text: 'lost-kit-means-reset' },
  {
    k: 'person.invited',
    ...firm,
    invitation: sampleId('inv', 19),
    person,
    key: fill(32, 20),
    roles: ['opener'],
    endsAt: 1,
  },
  { k: 'invitation.withdrawn', ...firm, invitation: sampleId('inv', 19) },
  {
    k: 'person.enrolled',
    ...own,
    invitation: sampleId('inv', 19),
    person,
    device: deviceKeys,
    unlocks: [unlockKeys],
    generation,
  },
  { k: 'device.added', ...own, device: deviceKeys, boxesHash: hash },
  { k: 'device.revoked', ...own, device, reason: 'lost' },
  { k: 'device.frozen', ...firm, device },
  { k: 'device.thawed', ...firm, device },
  { k: 'unlock.added', ...own, unlock: unlockKeys, boxesHash: hash },
  { k: 'unlock.removed', ...own, unlock },
  { k: 'generation.made', ...own, n: 2, kem, boxesHash: hash, previousHash: hash },
  { k: 'person.suspended', ...firm, person },
  { k: 'person.reinstated', ...firm, person },
  { k: 'role.granted', ...firm, person, role: 'officer' },
  { k: 'role.revoked', ...firm, person, role: 'officer' },
  { k: 'vault.created', ...firm, vault, edition: 0, warden: 1, vkey: 'vault+key', name: hash },
  { k: 'wall.raised', ...firm, wall: sampleId('wal', 21), person, rooms: [room] },
  { k: 'wall.lifted', ...firm, wall: sampleId('wal', 21) },
  { k: 'bundle.published', ...firm, number: 7, hash, minimum: 5 },
  { k: 'witnesses.named', ...firm, vkeys: ['witness.example+key'], quorum: 1, waitHours: 24 },
  { k: 'retention.set', ...firm, years: 6 },
  { k: 'names.exported', ...firm, vault, room, person, fromMs: 5, toMs: 9, lines: 2 },
  { k: 'opening.disputed', ...firm, what: 'no-receipt', vault, index: 7, hash },
  { k: 'dispute.closed', ...firm, dispute: hash },
  {
    k: 'firm.restored',
    ...firm,
    d: unlock,
    edition: 1,
    lost: [9, hash],
    vaults: [[vault, 5, hash, 6, hash]],
    persons: [person],
    devices: [device],
    bundle: { number: 7, hash, minimum: 6 },
    witnesses: { vkeys: [], quorum: 0, waitHours: 24 },
    retention: 6,
    unlocks: [unlock],
    roles: [[person, 'officer']],
    walls: [{ wall: sampleId('wal', 21), person, rooms: [room] }],
  },
  {
    k: 'warden.promoted',
    ...firm,
    d: unlock,
    number: 2,
    sign: fill(32, 24),
    ledger: fill(32, 25),
    vaults: [[vault, 5, hash, fill(32, 26)]],
  },
  { k: 'room.created', ...inRoom, room, type: 'main', client: parseClientCode('C-2K7Q'), class: 2, suite: 1 },
  {
    k: 'access.granted',
    ...inRoom,
    room,
    person,
    role: 'member',
    endsAt: 5,
    generation: 1,
    head: [1, hash],
    fingerprint: fill(16, 22),
    epoch: 1,
    bundle: hash,
  },
  { k: 'history.granted', ...inRoom, room, person, epochs: [1, 2], bundle: hash },
  { k: 'access.revoked', ...inRoom, room, person },
  {
    k: 'epoch.rotated',
    ...inRoom,
    room,
    n: 1,
    commitment: hash,
    bundle: hash,
    recipients: [[person, 1, [0, hash]]],
    recovery: 1,
    olderBundle: hash,
  },
  { k: 'epoch.disputed', ...inRoom, room, n: 1 },
  { k: 'class.set', ...inRoom, room, class: 3 },
  { k: 'room.frozen', ...inRoom, room },
  { k: 'room.thawed', ...inRoom, room },
  { k: 'hold.placed', ...inRoom, hold: sampleId('hld', 23), records: [record], reason: hash },
  { k: 'hold.lifted', ...inRoom, hold: sampleId('hld', 23) },
  { k: 'payload-key.made', ...inRoom, room, month: '2026-11', kem, record },
  { k: 'disposal.proposed', ...inRoom, disposal, items: [[record, 1, 'card', 1, hash]], reason: hash },
  { k: 'disposal.approved', ...inRoom, disposal, proposal: hash },
  { k: 'disposal.stopped', ...inRoom, disposal },
  {
    k: 'written',
    ...inRoom,
    room,
    record,
    version: 1,
    header: hash,
    kind: 'document',
    class: 1,
    wraps,
    conflictOf: [record, 1],
  },
  { k: 'shared', ...inRoom, room: other, from: room, record, version: 1, wraps },
  { k: 'released', l: vault, d: device, person, parts: [[room, record, 1, 'card', 1]] },
  { k: 'listed', l: vault, d: device, person, room, lo: 1, hi: 2, count: 2, hash },
  { k: 'leased', l: vault, d: device, person, rooms: [[room, 1]], kept: 3 },
  { k: 'refused', l: vault, d: device, code: 'ACCESS_DENIED', of: 'open', count: 1 },
  { k: 'signed-in', l: officeId, d: device, person, ok: true },
  { k: 'warden.refused', ...warden, index: 4, code: 'VOID_RIGHT' },
  { k: 'destruction.intended', ...warden, c: [room], disposal, count: 1, hash, root: hash },
  {
    k: 'destroyed',
    ...warden,
    c: [room],
    disposal,
    items: [[record, 1, 'card', 1]],
    generation: 2,
    roots: [hash, hash],
    level: 'L0',
  },
  { k: 'destruction.stopped', ...warden, c: [room], disposal, code: 'WRAP_REFUSED' },
  { k: 'destruction.found', ...warden, c: [room], items: [[record, 1, 'card', 1]] },
  {
    k: 'room.restored',
    ...warden,
    c: [room],
    class: 3,
    isFrozen: true,
    grants: [[person, 'member', 1_800_000_000_000]],
    hold: { hold: sampleId('hld', 22), by: person, records: [record], reason: hash },
    stopped: [disposal],
  },
  { k: 'hour.cut', ...warden, hour: 7_000, roots: [hash, hash] },
];
