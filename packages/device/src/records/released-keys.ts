/** From released wraps to content keys. A wrap that does not open under the room's epoch and its own context is one generic error. */
import { encodeHex, unwrapContentKey } from '@strongroom/core';
import type { ContentKey, RoomId, VaultId } from '@strongroom/core';
import type { PositionRows, Purpose, RecordRow, RequestedPart } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { rejectRelease, requestRelease } from '../releases/index.ts';
import type { Ask, Asker, Release } from '../releases/index.ts';
import type { KeptReceipt } from '../releases/receipt-book.ts';

/** Asks in this device's name, in one vault. */
function makeAsker(context: DeviceContext, vault: VaultId): Asker {
  const { env, book } = context;
  const positions: PositionRows = book.positions(vault);
  return {
    engine: env.engine,
    api: context.api,
    vault,
    anchor: book.anchor(vault),
    positions,
    device: context.device,
    person: context.person,
    signSeed: context.identity.signSeed,
    nowMs: env.clock.nowMs(),
  };
}

/** A release in one vault. @throws IntegrityError RELEASE_REJECTED; the server's refusals */
export async function release(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly ask: Ask;
    readonly purpose: Purpose;
    readonly reason?: Uint8Array;
    readonly nonce?: Uint8Array;
  },
): Promise<Release> {
  const { vault, ask, ...rest } = options;
  const nonce = options.nonce ?? context.env.engine.randomBytes(16);
  const asker = makeAsker(context, vault);
  await context.receipts.asked({ ledger: vault, nonce: encodeHex(nonce), ...describeAsk(ask) });
  const released = await requestRelease(asker, {
    ...rest,
    ask,
    nonce,
    onHeads: async (heads) => await context.book.acceptHeads(vault, heads),
  });
  await context.receipts.got(nonce, { ...released.receipt, atMs: released.atMs });
  return released;
}

function describeAsk(ask: Ask): Pick<KeptReceipt, 'kind' | 'room'> {
  switch (ask.k) {
    case 'open':
      return { kind: 'released', room: firstOf(ask.parts) };
    case 'list':
      return { kind: 'listed', room: ask.room };
    case 'lease':
      return { kind: 'leased', room: firstOf(ask.rooms) };
  }
}

function firstOf(named: readonly (readonly [RoomId, ...unknown[]])[]): RoomId {
  const [first] = named;
  if (first === undefined) throw new TypeError('something is asked for');
  return first[0];
}

/** The parts of a version as a request names them; or one of them. */
export function partsOf(room: RoomId, row: RecordRow, only?: 'card' | 'body'): RequestedPart[] {
  return row.wraps
    .filter(({ part }) => only === undefined || part === only)
    .map(({ part, slot, hw }) => [room, row.record, row.version, part, slot, hw]);
}

/** Opens one released wrap. @throws IntegrityError RELEASE_REJECTED */
export async function unwrapReleased(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly row: RecordRow;
    readonly part: 'card' | 'body';
    readonly wrap: Uint8Array;
  },
): Promise<ContentKey> {
  const { vault, room, row, part } = options;
  const named = row.wraps.find((each) => each.part === part);
  if (named === undefined) throw new TypeError('the part was asked for from this row');
  const epochKey = await context.keyring.get(vault, room, named.epoch);
  try {
    return await unwrapContentKey(context.env.engine, {
      epochKey,
      context: {
        headerHash: row.header,
        part,
        room,
        epoch: named.epoch,
        slot: named.slot,
        grantor: row.device,
      },
      wrap: options.wrap,
    });
  } catch (cause) {
    throw rejectRelease(cause);
  }
}
