import { encodeRecordContext, formatId, newEpochKey } from '@strongroom/core';
import type { Engine, Id, IdPrefix, RecordContext, SealContext, WrapContext } from '@strongroom/core';

/** An id of sixteen equal bytes. */
export function sampleId<P extends IdPrefix>(prefix: P, byte: number): Id<P> {
  return formatId(prefix, new Uint8Array(16).fill(byte));
}

/** A bctx. */
export const sampleRecordContext: RecordContext = {
  firm: sampleId('frm', 1),
  vault: sampleId('vlt', 2),
  homeRoom: sampleId('rom', 3),
  record: sampleId('rec', 4),
  version: 1,
  part: 'card',
  kind: 'document',
  recordClass: 2,
  device: sampleId('dev', 5),
  epoch: 7,
};

/** Its bytes. */
export const sampleContextBytes: Uint8Array = encodeRecordContext(sampleRecordContext);

/** A wctx. */
export const sampleWrapContext: WrapContext = {
  headerHash: new Uint8Array(32).fill(6),
  part: 'card',
  room: sampleRecordContext.homeRoom,
  epoch: sampleRecordContext.epoch,
  slot: 8,
  grantor: sampleRecordContext.device,
};

/** An sctx. */
export const sampleSealContext: SealContext = {
  vault: sampleRecordContext.vault,
  slot: sampleWrapContext.slot,
  record: sampleRecordContext.record,
  version: 1,
  part: 'card',
  room: sampleWrapContext.room,
  wrapContextHash: new Uint8Array(32).fill(7),
};

/** Each names the field in which it differs from the sample. */
export const otherWrapContexts: readonly (readonly [string, WrapContext])[] = [
  ['header', { ...sampleWrapContext, headerHash: new Uint8Array(32).fill(9) }],
  ['part', { ...sampleWrapContext, part: 'body' }],
  ['room', { ...sampleWrapContext, room: sampleId('rom', 9) }],
  ['epoch', { ...sampleWrapContext, epoch: 9 }],
  ['slot', { ...sampleWrapContext, slot: 9 }],
  ['grantor', { ...sampleWrapContext, grantor: sampleId('dev', 9) }],
];

/** Each names the field in which it differs from the sample. */
export const otherSealContexts: readonly (readonly [string, SealContext])[] = [
  ['vault', { ...sampleSealContext, vault: sampleId('vlt', 9) }],
  ['slot', { ...sampleSealContext, slot: 9 }],
  ['record', { ...sampleSealContext, record: sampleId('rec', 9) }],
  ['version', { ...sampleSealContext, version: 9 }],
  ['part', { ...sampleSealContext, part: 'body' }],
  ['room', { ...sampleSealContext, room: sampleId('rom', 9) }],
  ['wrap', { ...sampleSealContext, wrapContextHash: new Uint8Array(32).fill(9) }],
];

/** 32 bytes that stand for any symmetric key. */
export function sampleKey(engine: Engine): Uint8Array {
  return newEpochKey(engine);
}
