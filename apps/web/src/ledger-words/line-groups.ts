/** Kinds of lines by what people look for, and how much a line stands out on the tape. */
import type { LineRow } from '@strongroom/device';

/** What a reader filters by. */
export type LineGroup = 'openings' | 'writing' | 'access' | 'destruction' | 'refusals' | 'keys' | 'people';

/** The kinds of each group, in the words of the ledger. */
export const lineGroups: Readonly<Record<LineGroup, readonly string[]>> = {
  openings: ['released', 'listed', 'leased'],
  writing: ['written', 'shared'],
  access: ['access.granted', 'access.revoked', 'history.granted', 'wall.raised', 'wall.lifted'],
  destruction: [
    'hold.placed',
    'hold.lifted',
    'disposal.proposed',
    'disposal.approved',
    'disposal.stopped',
    'destruction.intended',
    'destruction.stopped',
    'destroyed',
    'destruction.found',
    'hour.cut',
  ],
  refusals: ['refused', 'warden.refused', 'epoch.disputed', 'opening.disputed', 'dispute.closed'],
  keys: [
    'room.created',
    'room.frozen',
    'room.thawed',
    'room.restored',
    'class.set',
    'epoch.rotated',
    'payload-key.made',
    'vault.created',
    'bundle.published',
    'names.exported',
    'retention.set',
    'witnesses.named',
    'firm.created',
    'firm.restored',
    'warden.promoted',
  ],
  people: [
    'person.invited',
    'invitation.withdrawn',
    'person.enrolled',
    'person.suspended',
    'person.reinstated',
    'role.granted',
    'role.revoked',
    'device.added',
    'device.revoked',
    'device.frozen',
    'device.thawed',
    'unlock.added',
    'unlock.removed',
    'generation.made',
    'kit.noted',
    'signed-in',
  ],
};

/** Groups that a room's own lines can fall into. */
export const roomLineGroups: readonly LineGroup[] = ['openings', 'writing', 'access', 'destruction', 'keys'];

const hotKinds: ReadonlySet<string> = new Set([
  'hold.placed',
  'disposal.approved',
  'destruction.intended',
  'destroyed',
  'destruction.found',
  'firm.restored',
  'warden.promoted',
  'refused',
  'warden.refused',
  'epoch.disputed',
  'opening.disputed',
  'room.frozen',
  'room.restored',
  'device.revoked',
  'person.suspended',
  'wall.raised',
]);
const sureKinds: ReadonlySet<string> = new Set([
  'hold.lifted',
  'disposal.stopped',
  'destruction.stopped',
  'room.thawed',
  'epoch.rotated',
  'person.reinstated',
  'wall.lifted',
  'dispute.closed',
]);

/** The mark of a line: `hot` is what stops, refuses or destroys; `sure` is what makes good again. */
export function toneOfLine(line: Pick<LineRow, 'kind' | 'facts' | 'isVoid'>): 'plain' | 'hot' | 'sure' {
  if (line.isVoid === true || hotKinds.has(line.kind)) return 'hot';
  if (line.kind === 'signed-in' && line.facts['ok'] === 0) return 'hot';
  return sureKinds.has(line.kind) ? 'sure' : 'plain';
}

/** Whether a line tells of a device's own upkeep: keys and names fetched, not what somebody did with a document. */
export function isUpkeep(line: Pick<LineRow, 'kind' | 'facts'>): boolean {
  if (line.kind === 'released') return line.facts['bodies'] === 0;
  if (line.kind === 'written') return line.facts['kind'] === 'payload-key';
  return upkeepKinds.has(line.kind);
}

const upkeepKinds: ReadonlySet<string> = new Set(['listed', 'leased', 'payload-key.made']);

/** Every kind but those that are upkeep whatever their facts: what to ask a ledger for where few lines are shown. */
export const tellingKinds: readonly string[] = Object.values(lineGroups)
  .flat()
  .filter((kind) => !upkeepKinds.has(kind));
