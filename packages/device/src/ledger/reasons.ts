/**
 * Reasons in requests: sealed to the payload key of room and month, whose private half is a small record of that room. So members
 * read reasons, outsiders and the server do not, and a month's reasons end when that record is destroyed
 * (docs/spec/requests.md section 1).
 */
import {
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  hashLabelled,
  InputError,
  IntegrityError,
  isBytes,
  newContentKey,
  newId,
  openCard,
  StrongroomError,
  compareBytes,
} from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { findRoom } from '@strongroom/authority';
import type { PayloadKey } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { asMap } from '../records/card-content.ts';
import { assertMayWrite, commitVersion } from '../records/commit-version.ts';
import { partsOf, release, unwrapReleased } from '../records/released-keys.ts';
import { findRow, verifyHeader, verifyStored } from '../records/verify-version.ts';

const info = encodeUtf8('sr1/reason/v1');
const monthLength = 7;
const paddingStep = 256;
const textBytesMax = 4_096;

/** The month of a moment, `YYYY-MM` in UTC. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, monthLength);
}

/** Seals a reason; makes the month's payload key where this is the first. @throws InputError INPUT_INVALID for a text that is too long */
export async function sealReason(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly nonce: Uint8Array;
    readonly text: string;
  },
): Promise<Uint8Array> {
  const { engine, clock } = context.env;
  const text = encodeUtf8(options.text.trim());
  if (text.length === 0 || text.length > textBytesMax || text.includes(0))
    throw new InputError('INPUT_INVALID', { name: 'reason' });
  const month = monthOf(clock.nowMs());
  const key = await getPayloadKey(context, { ...options, month });
  const padded = new Uint8Array(Math.ceil(text.length / paddingStep) * paddingStep);
  padded.set(text);
  const sealed = await engine.hpkeSeal({
    publicKey: key.kem,
    info,
    aad: hashLabelled(engine, 'reason', options.nonce),
    plaintext: padded,
  });
  return concatBytes(encodeUtf8(month), sealed);
}

/** Opens reasons with the seeds of their months; undefined where there is no key (any more) or the reason is not one. */
export async function openReason(
  context: DeviceContext,
  options: {
    readonly reason: Uint8Array;
    readonly nonce: Uint8Array;
    readonly seedOf: (month: string) => Promise<Uint8Array | undefined>;
  },
): Promise<string | undefined> {
  const { engine } = context.env;
  try {
    const seed = await options.seedOf(decodeUtf8(options.reason.subarray(0, monthLength)));
    if (seed === undefined) return undefined;
    const padded = await engine.hpkeOpen({
      seed,
      info,
      aad: hashLabelled(engine, 'reason', options.nonce),
      sealed: options.reason.slice(monthLength),
    });
    const end = padded.indexOf(0);
    return decodeUtf8(end < 0 ? padded : padded.subarray(0, end));
  } catch (cause) {
    // Whoever asked sealed it: a reason that does not open says nothing about the line it stands in.
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}

/**
 * The private half of a month's payload key, by one release, kept sealed on this device afterwards.
 * @throws the server's refusals; IntegrityError RELEASE_REJECTED, RECORD_REFUSED
 */
export async function fetchPayloadSeed(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly month: string },
): Promise<Uint8Array | undefined> {
  const { vault, room, month } = options;
  const key = findRoom(context.book.rooms(vault), room)?.payloadKeys.get(month);
  if (key === undefined) return undefined;
  const row = findRow(context, { vault, room, record: key.record });
  if (row === undefined || row.wraps.some(({ destroyed }) => destroyed !== undefined)) return undefined;
  const name = `payload-key/${room}/${month}`;
  const kept = await context.store.readBytes(name);
  if (kept !== undefined) return kept;
  const { wraps } = await release(context, {
    vault,
    ask: { k: 'open', parts: partsOf(room, row) },
    purpose: 'audit',
  });
  const stored = await context.api.call('getVersion', {
    params: { vault, record: row.record, version: row.version },
  });
  const header = verifyHeader(context, vault, row, stored.header);
  verifyStored(context, row, { header, card: stored.card, leafHashes: stored.leafHashes });
  const contentKey = await unwrapReleased(context, {
    vault,
    room,
    row,
    part: 'card',
    wrap: wraps[0] ?? new Uint8Array(0),
  });
  const { seed } = asMap(
    await openCard(context.env.engine, {
      contentKey,
      context: header.cardContext,
      commitment: header.cardCommitment,
      stored: stored.card,
    }),
  );
  if (!isBytes(seed) || seed.length !== 32)
    throw new IntegrityError('RECORD_REFUSED', { record: row.record });
  if (compareBytes(await context.env.engine.hpkePublicKey(seed), key.kem) !== 0)
    throw new IntegrityError('RECORD_REFUSED', { record: row.record });
  await context.store.writeBytes(name, seed);
  return seed;
}

async function getPayloadKey(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly month: string },
): Promise<PayloadKey> {
  const { vault, room, month } = options;
  const known = findRoom(context.book.rooms(vault), room)?.payloadKeys.get(month);
  if (known !== undefined) return known;
  const { engine } = context.env;
  const seed = engine.randomBytes(32);
  const record = newId(engine, 'rec');
  const { epoch, class: roomClass } = assertMayWrite(context, vault, room);
  await commitVersion(context, {
    vault,
    room,
    record,
    version: 1,
    kind: 'payload-key',
    class: roomClass,
    epoch,
    card: { contentKey: newContentKey(engine), content: { month, seed } },
  });
  const kem = await engine.hpkePublicKey(seed);
  try {
    await context.book.append<RoomId>({
      ledger: vault,
      chain: room,
      makeBody: (start) => ({ k: 'payload-key.made', ...start, room, month, kem, record }),
    });
  } catch (cause) {
    // Another device was first with this month: its key is the one.
    if (!(cause instanceof StrongroomError) || cause.code !== 'ENTRY_REFUSED') throw cause;
    await context.book.syncLedger(vault);
  }
  const made = findRoom(context.book.rooms(vault), room)?.payloadKeys.get(month);
  if (made === undefined) throw new IntegrityError('CHAIN_INVALID', { room, reason: 'payload-key' });
  if (made.record === record) await context.store.writeBytes(`payload-key/${room}/${month}`, seed);
  return made;
}
