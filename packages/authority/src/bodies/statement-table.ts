/**
 * Every kind of body with who makes it and what it does, as data: documentation is compared with it, screens and the ledger's
 * catalogue are built from it. The rules themselves are in `judge/`.
 */
import type { Body, BodyKind } from './body.ts';

/** Where a kind may lie. */
export type KindLedger = 'office' | 'any';

/** The chain it is numbered in. */
export type KindChain = 'firm' | 'person' | 'room' | 'none';

/** One kind. */
export type StatementRow = {
  readonly kind: BodyKind;
  readonly ledger: KindLedger;
  readonly chain: KindChain;
  readonly signers: string;
  readonly needs: string;
  readonly changes: string;
};

/** All kinds, in the order of docs/spec/statements.md. */
export const statementTable: readonly StatementRow[] = [
  row('firm.created', 'office', 'firm', 'its device and each of its unlocks', 'index 0', 'everything begins'),
  row('kit.noted', 'office', 'person', 'own device', 'not noted yet', 'the person may write'),
  row(
    'person.invited',
    'office',
    'firm',
    'administrator, owner',
    'new ids and key, end within 30 days',
    'invited',
  ),
  row('invitation.withdrawn', 'office', 'firm', 'administrator', 'open invitation', 'closed'),
  row(
    'person.enrolled',
    'office',
    'person',
    'its device, its unlocks, invitation',
    'open invitation',
    'enrolled',
  ),
  row(
    'device.added',
    'office',
    'person',
    'own device or unlock',
    'new id and keys, at most 16',
    'device valid',
  ),
  row(
    'device.revoked',
    'office',
    'person',
    'own device or unlock, administrator',
    'not the last',
    'generation due',
  ),
  row('device.frozen', 'office', 'firm', 'administrator', 'not frozen', 'device not valid'),
  row('device.thawed', 'office', 'firm', 'owner', 'frozen', 'device valid'),
  row('unlock.added', 'office', 'person', 'own device', 'new id and keys, at most 8', 'unlock valid'),
  row('unlock.removed', 'office', 'person', 'own device', 'not the last', 'generation due'),
  row('generation.made', 'office', 'person', 'own device', 'next number', 'epochs due'),
  row(
    'person.suspended',
    'office',
    'firm',
    'administrator',
    'no owner, not oneself',
    'not active; epochs due',
  ),
  row('person.reinstated', 'office', 'firm', 'owner', 'suspended', 'active'),
  row('role.granted', 'office', 'firm', 'owner', 'enrolled, not given', 'role given'),
  row('role.revoked', 'office', 'firm', 'owner', 'given, not the last owner', 'role ended'),
  row('vault.created', 'office', 'firm', 'owner', 'new id, known warden', 'vault exists'),
  row('wall.raised', 'office', 'firm', 'officer, owner', 'new id, person enrolled', 'walled off; epochs due'),
  row('wall.lifted', 'office', 'firm', 'officer, owner; not the person', 'open wall', 'wall ended'),
  row(
    'bundle.published',
    'office',
    'firm',
    'administrator, owner',
    'number and minimum never fall',
    'newest web bundle',
  ),
  row(
    'witnesses.named',
    'office',
    'firm',
    'administrator, owner',
    'witness keys, another list than before',
    'witnesses in force',
  ),
  row('retention.set', 'office', 'firm', 'officer, owner', 'another time', 'words of lines become due'),
  row('names.exported', 'office', 'firm', 'namer', 'vault exists', 'a list of lines has names'),
  row(
    'opening.disputed',
    'office',
    'firm',
    'own device',
    'not disputed by him yet, at most 200',
    'administrators are alarmed',
  ),
  row(
    'dispute.closed',
    'office',
    'firm',
    'administrator, owner; not who raised it',
    'open dispute',
    'the alarm ends',
  ),
  row(
    'firm.restored',
    'office',
    'firm',
    'kit of an owner',
    'next edition, every vault',
    'all but the named are frozen; next editions',
  ),
  row(
    'warden.promoted',
    'office',
    'firm',
    'kit of an owner',
    'higher number, new keys, every vault',
    'the one warden from here on',
  ),
  row('room.created', 'any', 'room', 'opener', 'new id', 'creator is manager; epoch due'),
  row('access.granted', 'any', 'room', 'manager, not to oneself', 'active, newest, not walled', 'member'),
  row('history.granted', 'any', 'room', 'manager', 'member', 'older epochs'),
  row(
    'access.revoked',
    'any',
    'room',
    'manager, oneself',
    'member; last manager: owner',
    'not a member; epoch due',
  ),
  row(
    'epoch.rotated',
    'any',
    'room',
    'member while due, manager',
    'exact and newest recipients',
    'newest epoch',
  ),
  row('epoch.disputed', 'any', 'room', 'member', 'newest epoch', 'epoch due'),
  row('class.set', 'any', 'room', 'raise: manager; lower: officer, owner', 'another class', 'class in force'),
  row('room.frozen', 'any', 'room', 'manager, officer, owner', 'not frozen', 'no release, no writing'),
  row('room.thawed', 'any', 'room', 'officer, owner', 'frozen', 'open again'),
  row('hold.placed', 'any', 'room', 'officer, owner', 'new id', 'held'),
  row('hold.lifted', 'any', 'room', 'officer, owner; not the placer', 'open hold', 'not held'),
  row('payload-key.made', 'any', 'room', 'member', 'first of the month', 'reasons sealed to it'),
  row('disposal.proposed', 'any', 'room', 'manager, officer, owner', 'no hold, free slots', 'proposed'),
  row(
    'disposal.approved',
    'any',
    'room',
    'another manager, officer, owner',
    'proposed, no hold',
    'grace begins',
  ),
  row('disposal.stopped', 'any', 'room', 'manager, officer, owner', 'not intended', 'over'),
  row('written', 'any', 'room', 'member who may write', 'epoch in order', 'version exists'),
  row('shared', 'any', 'room', 'manager of the home room, member', 'epoch in order', 'readable in the room'),
  row('released', 'any', 'none', 'server', 'device valid, member, not frozen', ''),
  row('listed', 'any', 'none', 'server', 'device valid, member, not frozen', ''),
  row('leased', 'any', 'none', 'server', 'device valid, member, not frozen', ''),
  row('refused', 'any', 'none', 'server', '', ''),
  row('signed-in', 'office', 'none', 'server', '', ''),
  row('warden.refused', 'any', 'none', 'warden', 'names an earlier entry', 'that entry is void'),
  row('destruction.intended', 'any', 'room', 'warden', 'approved, grace passed, no hold', 'intended'),
  row('destroyed', 'any', 'room', 'warden', 'intended, the same items', 'parts are gone'),
  row('destruction.stopped', 'any', 'room', 'warden', 'approved or intended', 'over'),
  row('destruction.found', 'any', 'room', 'warden', 'the firm was restored', 'parts are gone'),
  row('room.restored', 'any', 'room', 'warden', 'the firm was restored', 'restricted as before it'),
  row('hour.cut', 'any', 'none', 'warden', '', ''),
];

function row(
  kind: BodyKind,
  ledger: KindLedger,
  chain: KindChain,
  signers: string,
  needs: string,
  changes: string,
): StatementRow {
  return { kind, ledger, chain, signers, needs, changes };
}

/** Kinds that only the office's ledger holds. */
export const officeOnlyKinds: ReadonlySet<Body['k']> = new Set(
  statementTable.filter(({ ledger }) => ledger === 'office').map(({ kind }) => kind),
);
