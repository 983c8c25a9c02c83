/**
 * The last step of writing: header, wraps, and the `written` line in one call. The header holds the commitments and the root over
 * everything stored; the line's signature covers the header's hash, so nothing of a version can be exchanged later
 * (attacks C9, C10, E1). Spec: docs/spec/bytes.md sections 6 and 7.
 */
import {
  AccessError,
  ConflictError,
  encodeRecordContext,
  encodeRecordHeader,
  concatBytes,
  hashRecordHeader,
  hashSegmentLeaf,
  hashSegmentTree,
  hashWrapContext,
  sealCard,
  sealIntakeBox,
  wrapContentKey,
  StrongroomError,
} from '@strongroom/core';
import type {
  CborValue,
  ContentKey,
  RecordClass,
  RecordContext,
  RecordId,
  RecordKind,
  RoomId,
  SealContext,
  UploadId,
  VaultId,
  Wrap,
} from '@strongroom/core';
import {
  canWriteAtAll,
  canWriteUnderEpoch,
  findGrant,
  newestVersion,
  recordsOf,
} from '@strongroom/authority';
import type { WrapRow } from '@strongroom/authority';
import type { Appended } from '../chains/index.ts';
import type { DeviceContext } from '../device/context.ts';
import { getRoom } from '../rooms/room-access.ts';
import { fetchIntakeKey } from './intake.ts';
import { takeSlots } from './slot-block.ts';
import type { SlotSource } from './slot-block.ts';

/** What a version is, before it is signed. */
export interface VersionDraft {
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly kind: RecordKind;
  readonly class: RecordClass;
  /** The epoch named in bctx: the room's newest when sealing began. */
  readonly epoch: number;
  readonly conflictOf?: readonly [RecordId, number];
  readonly card: { readonly contentKey: ContentKey; readonly content: CborValue };
  readonly body?: SealedBody;
}

/** A body whose segments are at the server. */
export interface SealedBody {
  readonly upload: UploadId;
  readonly contentKey: ContentKey;
  readonly commitment: Uint8Array;
  readonly storedSizeBytes: number;
  /** Leaf hashes of the FLOE header and the segments, in order. */
  readonly leaves: readonly Uint8Array[];
}

/** Where the intake key of a vault comes from; `isAnew`: the one given last is no longer taken. */
export type IntakeSource = (vault: VaultId, isAnew: boolean) => Promise<Uint8Array>;

/** What a device checks before it begins to write. @throws AccessError HEADS_STALE, NOT_A_MEMBER, ROOM_FROZEN, KIT_NOT_NOTED, EPOCH_OVERDUE */
export function assertMayWrite(
  context: DeviceContext,
  vault: VaultId,
  roomId: RoomId,
): { readonly epoch: number; readonly class: RecordClass } {
  const { book } = context;
  const room = getRoom(context, vault, roomId);
  // Nothing is sealed, let alone uploaded, under what may be an old state of the room (attack E2).
  book.assertFresh(vault, roomId);
  const moment = book.moment(vault);
  if (findGrant(book.states(vault), roomId, context.person, moment) === undefined)
    throw new AccessError('NOT_A_MEMBER', { room: roomId });
  if (room.isFrozen) throw new AccessError('ROOM_FROZEN', { room: roomId });
  if (!canWriteAtAll(book.office, context.person, moment.at)) throw new AccessError('KIT_NOT_NOTED');
  const epoch = room.epoch?.n ?? 0;
  if (!canWriteUnderEpoch(book.states(vault), roomId, epoch, moment))
    throw new AccessError('EPOCH_OVERDUE', { room: roomId });
  return { epoch, class: room.class };
}

/** bctx of one part. */
export function contextOf(
  context: DeviceContext,
  draft: Omit<VersionDraft, 'card' | 'body'>,
  part: 'card' | 'body',
): Uint8Array {
  const value: RecordContext = {
    firm: context.firm,
    vault: draft.vault,
    homeRoom: draft.room,
    record: draft.record,
    version: draft.version,
    part,
    kind: draft.kind,
    recordClass: draft.class,
    device: context.device,
    epoch: draft.epoch,
  };
  return encodeRecordContext(value);
}

/**
 * Writes a version.
 * @throws ConflictError VERSION_CONFLICT if another version took the number; IntegrityError RECEIPT_INVALID, INTAKE_KEY_REFUSED
 */
export async function commitVersion(
  context: DeviceContext,
  draft: VersionDraft,
  {
    intake = (vault) => fetchIntakeKey(context, vault),
    slotsFrom = async (options) => await takeSlots(context, options),
  }: { readonly intake?: IntakeSource; readonly slotsFrom?: SlotSource } = {},
): Promise<Appended> {
  const { engine } = context.env;
  const { vault, room, record, version, body } = draft;
  const cardContext = contextOf(context, draft, 'card');
  const card = await sealCard(engine, {
    contentKey: draft.card.contentKey,
    context: cardContext,
    content: draft.card.content,
  });
  const leaves = [hashSegmentLeaf(engine, card.stored), ...(body?.leaves ?? [])];
  const root = hashSegmentTree(engine, leaves);
  const keys: (readonly [WrapRow['part'], ContentKey])[] = [['card', draft.card.contentKey]];
  if (body !== undefined) keys.push(['body', body.contentKey]);
  let header = new Uint8Array(0);
  let sealed: { readonly context: SealContext; readonly wrap: Wrap }[] = [];

  return await context.book.append<RoomId>({
    ledger: vault,
    chain: room,
    makeBody: async (start) => {
      const { epoch } = assertMayWrite(context, vault, room);
      const state = context.book.rooms(vault);
      if ((newestVersion(state, room, record) ?? 0) !== version - 1)
        throw new ConflictError('VERSION_CONFLICT', { record, version });
      const previous = recordsOf(state, room).find(
        (row) => row.record === record && row.version === version - 1,
      )?.header;
      header = encodeRecordHeader({
        cardContext,
        cardCommitment: card.commitment,
        cardStoredSizeBytes: card.stored.length,
        ...(body === undefined
          ? {}
          : {
              body: {
                context: contextOf(context, draft, 'body'),
                commitment: body.commitment,
                storedSizeBytes: body.storedSizeBytes,
              },
            }),
        root,
        ...(previous === undefined ? {} : { previous }),
        positions: context.book.headerPositions(vault),
        atMs: start.t,
      }) as Uint8Array<ArrayBuffer>;
      const headerHash = hashRecordHeader(engine, header);
      // Another try has another header, so another wrap: that one takes slots of its own.
      const slots = await slotsFrom({ vault, room, count: keys.length });
      const epochKey = await context.keyring.get(vault, room, epoch);
      const wraps: WrapRow[] = [];
      sealed = [];
      for (const [index, [part, contentKey]] of keys.entries()) {
        const slot = slots[index] ?? 0;
        const wrapContext = { headerHash, part, room, epoch, slot, grantor: context.device } as const;
        const wrapContextHash = hashWrapContext(engine, wrapContext);
        wraps.push({ part, epoch, slot, hw: wrapContextHash });
        sealed.push({
          context: { vault, slot, record, version, part, room, wrapContextHash },
          wrap: await wrapContentKey(engine, { epochKey, context: wrapContext, contentKey }),
        });
      }
      return {
        k: 'written',
        ...start,
        room,
        record,
        version,
        header: headerHash,
        kind: draft.kind,
        class: draft.class,
        wraps,
        ...(draft.conflictOf === undefined ? {} : { conflictOf: draft.conflictOf }),
      };
    },
    send: async (signed, known) => {
      for (let attempt = 1; ; attempt++) {
        const intakeKey = await intake(vault, attempt > 1);
        const boxes = await Promise.all(
          sealed.map(async (each) => await sealIntakeBox(engine, { intakeKey, ...each })),
        );
        try {
          return await context.api.call('commitVersion', {
            params: { vault },
            body: {
              ...signed,
              header,
              card: card.stored,
              boxes,
              ...(body === undefined ? {} : { upload: body.upload }),
              leafHashes: concatBytes(...leaves),
              known,
            },
          });
        } catch (cause) {
          if (!(cause instanceof StrongroomError) || cause.code !== 'INTAKE_KEY_OLD' || attempt >= 3)
            throw cause;
        }
      }
    },
  });
}
