/** The fields of every kind of body: the one table behind `encodeBody`, `decodeBody` and docs/spec/statements.md. */
import type { BodyKind, BodyOf } from './body.ts';
import type {
  DestroyedItem,
  DisposalItem,
  FirmRole,
  PersonId,
  RecordId,
  ReleasedPart,
  RoomId,
  RoomRole,
  SignedBase,
  WardenBase,
} from './body-parts.ts';
import {
  arrayOf,
  bytes,
  choice,
  clientCode,
  either,
  flag,
  id,
  integer,
  map,
  optional,
  tuple,
} from './field.ts';
import type { Field, FieldsOf } from './field.ts';
import {
  codeText,
  count,
  deviceKeys,
  firmPlace,
  firmRole,
  firstGeneration,
  hash,
  headPair,
  kemKey,
  monthText,
  number,
  personPlace,
  positions,
  recordKind,
  recordPart,
  roomClass,
  roomPlace,
  signKey,
  slot,
  timeMs,
  unlockKeys,
  vkeyText,
  wrapPart,
  wrapRows,
} from './field-values.ts';
import type { RoomRestored } from './line-bodies.ts';
import type { FirmCreated, FirmRestored, RestoredLedger, TakenOverLedger } from './office-bodies.ts';
import type { EpochRecipient } from './room-bodies.ts';

type OwnFields<K extends BodyKind> = Omit<FieldsOf<BodyOf<K>>, 'k' | 'l' | 'd' | 't' | 'pos' | 'c'>;
type Common = Omit<FieldsOf<SignedBase<string, 'firm'>>, 'k' | 'c'>;

const signed: Common = { l: id('vlt'), d: either(id('dev'), id('unl')), t: timeMs, pos: positions };

function firmFields<K extends Extract<BodyKind, string>>(k: K, own: OwnFields<K>): FieldsOf<BodyOf<K>> {
  return { k: choice(k), ...signed, c: firmPlace, ...own } as unknown as FieldsOf<BodyOf<K>>;
}
function personFields<K extends BodyKind>(k: K, own: OwnFields<K>): FieldsOf<BodyOf<K>> {
  return { k: choice(k), ...signed, c: personPlace, ...own } as unknown as FieldsOf<BodyOf<K>>;
}
function roomFields<K extends BodyKind>(k: K, own: OwnFields<K>): FieldsOf<BodyOf<K>> {
  return { k: choice(k), ...signed, c: roomPlace, ...own } as unknown as FieldsOf<BodyOf<K>>;
}
function lineFields<K extends BodyKind>(
  k: K,
  own: Omit<FieldsOf<BodyOf<K>>, 'k' | 'l'>,
): FieldsOf<BodyOf<K>> {
  return { k: choice(k), l: id('vlt'), ...own } as unknown as FieldsOf<BodyOf<K>>;
}

const warden: Omit<FieldsOf<WardenBase<string>>, 'k'> = {
  l: id('vlt'),
  d: choice('warden'),
  t: timeMs,
  pos: positions,
};
const wardenPlace: Field<readonly [RoomId]> = tuple<readonly [RoomId]>(id('rom'));

function wardenFields<K extends BodyKind>(
  k: K,
  own: OwnFields<K>,
  inRoom: 'room' | 'none',
): FieldsOf<BodyOf<K>> {
  const place = inRoom === 'room' ? { c: wardenPlace } : {};
  return { k: choice(k), ...warden, ...place, ...own } as unknown as FieldsOf<BodyOf<K>>;
}

const fingerprint = bytes(16);
const recordVersion: Field<readonly [RecordId, number]> = tuple<readonly [RecordId, number]>(
  id('rec'),
  number,
);
const rootPair = tuple<readonly [Uint8Array, Uint8Array]>(hash, hash);
const headOfLedger = tuple<readonly [number, Uint8Array]>(count, hash);
const unlocksOfEnrolment = arrayOf(unlockKeys, 1, 8);

/** The fields of every kind. */
export const bodyFields: { readonly [K in BodyKind]: FieldsOf<BodyOf<K>> } = {
  'firm.created': firmFields('firm.created', {
    firm: id('frm'),
    suite: integer(1, 1),
    warden: map({ number: integer(1, 1), sign: signKey, ledger: vkeyText }),
    edition: integer(0, 0),
    person: id('per'),
    device: deviceKeys,
    unlocks: unlocksOfEnrolment,
    generation: firstGeneration,
    recovery: map<FirmCreated['recovery']>({ kem: kemKey, boxHash: hash, paperBoxHash: optional(hash) }),
    staffRoom: id('rom'),
    officersRoom: id('rom'),
    nonce: bytes(32),
  }),
  'kit.noted': personFields('kit.noted', { text: choice('lost-kit-means-reset') }),
  'person.invited': firmFields('person.invited', {
    invitation: id('inv'),
    person: id('per'),
    key: signKey,
    roles: arrayOf(firmRole, 0, 5),
    endsAt: timeMs,
  }),
  'invitation.withdrawn': firmFields('invitation.withdrawn', { invitation: id('inv') }),
  'person.enrolled': personFields('person.enrolled', {
    invitation: id('inv'),
    person: id('per'),
    device: deviceKeys,
    unlocks: unlocksOfEnrolment,
    generation: firstGeneration,
  }),
  'device.added': personFields('device.added', { device: deviceKeys, boxesHash: hash }),
  'device.revoked': personFields('device.revoked', {
    device: id('dev'),
    reason: choice('lost', 'stolen', 'replaced', 'left', 'other'),
  }),
  'device.frozen': firmFields('device.frozen', { device: id('dev') }),
  'device.thawed': firmFields('device.thawed', { device: id('dev') }),
  'unlock.added': personFields('unlock.added', { unlock: unlockKeys, boxesHash: hash }),
  'unlock.removed': personFields('unlock.removed', { unlock: id('unl') }),
  'generation.made': personFields('generation.made', {
    n: number,
    kem: kemKey,
    boxesHash: hash,
    previousHash: hash,
  }),
  'person.suspended': firmFields('person.suspended', { person: id('per') }),
  'person.reinstated': firmFields('person.reinstated', { person: id('per') }),
  'role.granted': firmFields('role.granted', { person: id('per'), role: firmRole }),
  'role.revoked': firmFields('role.revoked', { person: id('per'), role: firmRole }),
  'vault.created': firmFields('vault.created', {
    vault: id('vlt'),
    edition: integer(0, 0),
    warden: number,
    vkey: vkeyText,
    name: optional(hash),
  }),
  'wall.raised': firmFields('wall.raised', {
    wall: id('wal'),
    person: id('per'),
    rooms: arrayOf(id('rom'), 1, 200),
  }),
  'wall.lifted': firmFields('wall.lifted', { wall: id('wal') }),
  'bundle.published': firmFields('bundle.published', { number, hash, minimum: number }),
  'witnesses.named': firmFields('witnesses.named', {
    vkeys: arrayOf(vkeyText, 0, 16),
    quorum: integer(0, 16),
    waitHours: integer(1, 720),
  }),
  'retention.set': firmFields('retention.set', { years: integer(1, 99) }),
  'names.exported': firmFields('names.exported', {
    vault: id('vlt'),
    room: optional(id('rom')),
    person: optional(id('per')),
    fromMs: timeMs,
    toMs: timeMs,
    lines: count,
  }),
  'opening.disputed': firmFields('opening.disputed', {
    what: choice('no-receipt', 'no-line'),
    vault: id('vlt'),
    index: count,
    hash,
  }),
  'dispute.closed': firmFields('dispute.closed', { dispute: hash }),
  'firm.restored': firmFields('firm.restored', {
    edition: number,
    lost: headOfLedger,
    vaults: arrayOf(tuple<RestoredLedger>(id('vlt'), count, hash, count, hash), 0, 400),
    persons: arrayOf(id('per'), 1, 600),
    devices: arrayOf(id('dev'), 1, 1200),
    bundle: optional(map<NonNullable<FirmRestored['bundle']>>({ number, hash, minimum: number })),
    witnesses: optional(
      map<NonNullable<FirmRestored['witnesses']>>({
        vkeys: arrayOf(vkeyText, 0, 16),
        quorum: integer(0, 16),
        waitHours: integer(1, 720),
      }),
    ),
    retention: optional(integer(1, 99)),
    unlocks: arrayOf(id('unl'), 0, 600),
    roles: arrayOf(tuple<readonly [PersonId, FirmRole]>(id('per'), firmRole), 0, 600),
    walls: arrayOf(
      map<FirmRestored['walls'][number]>({
        wall: id('wal'),
        person: id('per'),
        rooms: arrayOf(id('rom'), 1, 200),
      }),
      0,
      600,
    ),
  }),
  'warden.promoted': firmFields('warden.promoted', {
    number,
    sign: signKey,
    ledger: signKey,
    vaults: arrayOf(tuple<TakenOverLedger>(id('vlt'), count, hash, signKey), 0, 400),
  }),

  'room.created': roomFields('room.created', {
    room: id('rom'),
    type: choice('main', 'matter', 'portal', 'firm'),
    client: optional(clientCode),
    class: roomClass,
    suite: integer(1, 1),
  }),
  'access.granted': roomFields('access.granted', {
    room: id('rom'),
    person: id('per'),
    role: choice('manager', 'member'),
    endsAt: optional(timeMs),
    generation: number,
    head: headPair,
    fingerprint,
    epoch: number,
    bundle: hash,
  }),
  'history.granted': roomFields('history.granted', {
    room: id('rom'),
    person: id('per'),
    epochs: tuple<readonly [number, number]>(number, number),
    bundle: hash,
  }),
  'access.revoked': roomFields('access.revoked', { room: id('rom'), person: id('per') }),
  'epoch.rotated': roomFields('epoch.rotated', {
    room: id('rom'),
    n: number,
    commitment: hash,
    bundle: hash,
    recipients: arrayOf(tuple<EpochRecipient>(id('per') as Field<PersonId>, number, headPair), 1, 600),
    recovery: number,
    olderBundle: optional(hash),
  }),
  'epoch.disputed': roomFields('epoch.disputed', { room: id('rom'), n: number }),
  'class.set': roomFields('class.set', { room: id('rom'), class: roomClass }),
  'room.frozen': roomFields('room.frozen', { room: id('rom') }),
  'room.thawed': roomFields('room.thawed', { room: id('rom') }),
  'hold.placed': roomFields('hold.placed', {
    hold: id('hld'),
    records: arrayOf(id('rec'), 0, 500),
    reason: optional(hash),
  }),
  'hold.lifted': roomFields('hold.lifted', { hold: id('hld') }),
  'payload-key.made': roomFields('payload-key.made', {
    room: id('rom'),
    month: monthText,
    kem: kemKey,
    record: id('rec'),
  }),
  'disposal.proposed': roomFields('disposal.proposed', {
    disposal: id('dsp'),
    items: arrayOf(tuple<DisposalItem>(id('rec'), number, recordPart, slot, hash), 1, 300),
    reason: optional(hash),
  }),
  'disposal.approved': roomFields('disposal.approved', { disposal: id('dsp'), proposal: hash }),
  'disposal.stopped': roomFields('disposal.stopped', { disposal: id('dsp') }),
  written: roomFields('written', {
    room: id('rom'),
    record: id('rec'),
    version: number,
    header: hash,
    kind: recordKind,
    class: roomClass,
    wraps: wrapRows,
    conflictOf: optional(recordVersion),
  }),
  shared: roomFields('shared', {
    room: id('rom'),
    from: id('rom'),
    record: id('rec'),
    version: number,
    wraps: wrapRows,
  }),

  released: lineFields('released', {
    d: id('dev'),
    person: id('per'),
    parts: arrayOf(tuple<ReleasedPart>(id('rom'), id('rec'), number, wrapPart, slot), 1, 500),
  }),
  listed: lineFields('listed', {
    d: id('dev'),
    person: id('per'),
    room: id('rom'),
    lo: slot,
    hi: slot,
    count: integer(1, 20_000),
    hash,
  }),
  leased: lineFields('leased', {
    d: id('dev'),
    person: id('per'),
    rooms: arrayOf(tuple<readonly [RoomId, number]>(id('rom'), slot), 1, 500),
    kept: count,
  }),
  refused: lineFields('refused', { d: optional(id('dev')), code: codeText, of: codeText, count }),
  'signed-in': lineFields('signed-in', { d: id('dev'), person: id('per'), ok: flag }),
  'warden.refused': wardenFields('warden.refused', { index: count, code: codeText }, 'none'),
  'destruction.intended': wardenFields(
    'destruction.intended',
    { disposal: id('dsp'), count: integer(1, 300), hash, root: hash },
    'room',
  ),
  destroyed: wardenFields(
    'destroyed',
    {
      disposal: id('dsp'),
      items: arrayOf(tuple<DestroyedItem>(id('rec'), number, recordPart, slot), 1, 300),
      generation: count,
      roots: rootPair,
      level: codeText,
      second: optional(choice('current', 'absent')),
    },
    'room',
  ),
  'destruction.stopped': wardenFields('destruction.stopped', { disposal: id('dsp'), code: codeText }, 'room'),
  'destruction.found': wardenFields(
    'destruction.found',
    { items: arrayOf(tuple<DestroyedItem>(id('rec'), number, recordPart, slot), 1, 300) },
    'room',
  ),
  'room.restored': wardenFields(
    'room.restored',
    {
      class: optional(roomClass),
      isFrozen: flag,
      grants: arrayOf(
        tuple<readonly [PersonId, RoomRole, number]>(id('per'), choice('manager', 'member'), timeMs),
        0,
        300,
      ),
      hold: optional(
        map<NonNullable<RoomRestored['hold']>>({
          hold: id('hld'),
          by: id('per'),
          records: arrayOf(id('rec'), 0, 500),
          reason: optional(hash),
        }),
      ),
      stopped: arrayOf(id('dsp'), 0, 300),
    },
    'room',
  ),
  'hour.cut': wardenFields('hour.cut', { hour: integer(0, 2 ** 20 - 1), roots: rootPair }, 'none'),
};
