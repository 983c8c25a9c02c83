/**
 * The header of a record version (docs/spec/bytes.md section 6). Its hash is what the author signs in the `written` line;
 * hash the bytes received, never a re-encoded header.
 */
import { assertBytes } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';
import { getFloeLayoutOfStored } from '../floe/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { parsePositions, toPositionsValue } from './positions.ts';
import type { Positions } from './positions.ts';
import { readFormat } from './read-map.ts';
import { decodeRecordContext } from './record-context.ts';
import type { RecordContext } from './record-context.ts';
import { assertSuite, suite } from './suite.ts';

/** What a header says of the body. */
export type RecordHeaderBody = {
  /** bctx of the body, encoded. */
  readonly context: Uint8Array;
  readonly commitment: Uint8Array;
  /** Length of FLOE header and segments. */
  readonly storedSizeBytes: number;
};

/** A record version's header. */
export type RecordHeader = {
  /** bctx of the card, encoded. */
  readonly cardContext: Uint8Array;
  readonly cardCommitment: Uint8Array;
  readonly cardStoredSizeBytes: number;
  readonly body?: RecordHeaderBody;
  /** Root of the RFC 6962 tree over card, FLOE header and segments. */
  readonly root: Uint8Array;
  /** `Hheader` of the version before; absent for version 1. */
  readonly previous?: Uint8Array;
  readonly positions: Positions;
  /** Milliseconds since 1970, by the author's clock. */
  readonly atMs: number;
};

/** @throws InputError FORMAT_INVALID where the parts contradict each other */
export function encodeRecordHeader(header: RecordHeader): Uint8Array {
  assertConsistent(header);
  const { body, previous } = header;
  return encodeCbor({
    s: suite,
    bc: header.cardContext,
    cc: header.cardCommitment,
    lc: header.cardStoredSizeBytes,
    ...(body === undefined ? {} : { bb: body.context, cb: body.commitment, lb: body.storedSizeBytes }),
    root: header.root,
    ...(previous === undefined ? {} : { prev: previous }),
    pos: toPositionsValue(header.positions),
    t: header.atMs,
  });
}

/** @throws InputError CBOR_INVALID, FORMAT_INVALID, ID_INVALID; IntegrityError SUITE_REFUSED */
export function decodeRecordHeader(bytes: Uint8Array): RecordHeader {
  const reader = readFormat(bytes, {
    name: 'header',
    required: ['s', 'bc', 'cc', 'lc', 'root', 'pos', 't'],
    optional: ['bb', 'cb', 'lb', 'prev'],
  });
  assertSuite(reader.number('s'));
  const bodyKeys = ['bb', 'cb', 'lb'].filter((key) => reader.has(key)).length;
  if (bodyKeys !== 0 && bodyKeys !== 3) throw new InputError('FORMAT_INVALID', { format: 'header' });
  const header: RecordHeader = {
    cardContext: reader.bytes('bc'),
    cardCommitment: reader.bytes('cc', 32),
    cardStoredSizeBytes: reader.number('lc'),
    ...(bodyKeys === 0
      ? {}
      : {
          body: {
            context: reader.bytes('bb'),
            commitment: reader.bytes('cb', 32),
            storedSizeBytes: reader.number('lb'),
          },
        }),
    root: reader.bytes('root', 32),
    ...(reader.has('prev') ? { previous: reader.bytes('prev', 32) } : {}),
    positions: parsePositions(reader.map('pos')),
    atMs: reader.number('t'),
  };
  assertConsistent(header);
  return header;
}

/** `Hheader`, of the encoded header. */
export function hashRecordHeader(engine: Pick<Engine, 'sha256'>, encoded: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'header', encoded);
}

/** The contexts in a header, decoded: both name the same version, one the card and one the body. */
export function readHeaderContexts(header: RecordHeader): {
  readonly card: RecordContext;
  readonly body?: RecordContext;
} {
  const card = decodeRecordContext(header.cardContext);
  return header.body === undefined ? { card } : { card, body: decodeRecordContext(header.body.context) };
}

function assertConsistent(header: RecordHeader): void {
  assertBytes(header.cardContext, 'cardContext');
  assertBytes(header.cardCommitment, 'cardCommitment', 32);
  assertBytes(header.root, 'root', 32);
  if (header.previous !== undefined) assertBytes(header.previous, 'previous', 32);
  if (header.body !== undefined) assertBytes(header.body.commitment, 'commitment', 32);
  const { card, body } = readHeaderContexts(header);
  const isRight =
    card.part === 'card' &&
    (card.version === 1) === (header.previous === undefined) &&
    Number.isSafeInteger(header.cardStoredSizeBytes) &&
    header.cardStoredSizeBytes > 0 &&
    Number.isSafeInteger(header.atMs) &&
    header.atMs >= 0 &&
    (body === undefined || (body.part === 'body' && isSameVersion(card, body)));
  if (!isRight) throw new InputError('FORMAT_INVALID', { format: 'header' });
  if (header.body !== undefined) getFloeLayoutOfStored(header.body.storedSizeBytes);
}

/** All of both contexts but the part. */
function isSameVersion(card: RecordContext, body: RecordContext): boolean {
  const keys = [
    'firm',
    'vault',
    'homeRoom',
    'record',
    'version',
    'kind',
    'recordClass',
    'device',
    'epoch',
  ] as const;
  return keys.every((key) => card[key] === body[key]);
}
