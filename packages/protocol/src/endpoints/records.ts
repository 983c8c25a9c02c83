/** Writing and opening record versions. */
import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { headsBytes, knownSizes, receipt, signedBody } from '../wire/receipt.ts';
import { bytes, count, countText, exactBytes, id, instantMs } from '../wire/scalars.ts';
import { none } from './none.ts';
import { vaultParams } from './vaults.ts';

const uploadParams = z.strictObject({ vault: id('vlt'), upload: id('upl') });
const versionParams = z.strictObject({ vault: id('vlt'), record: id('rec'), version: countText() });

export const startUpload = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/uploads',
  gate: 'room.write',
  event: 'none',
  summary: "Begin or find again an upload of stored (sealed) bytes; the id is the caller's",
  params: vaultParams,
  query: none,
  input: z.strictObject({
    upload: id('upl'),
    room: id('rom'),
    storedBytes: count(limits.bodyStoredBytesMax).min(1),
  }),
  output: z.strictObject({ partBytes: count(), parts: count(), acknowledged: z.array(count()) }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'UPLOAD_LIMIT', 'DISK_FULL'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 6_000 },
});

export const getUpload = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/uploads/:upload',
  gate: 'session',
  event: 'none',
  summary: 'Which parts are durable',
  params: uploadParams,
  query: none,
  input: none,
  output: z.strictObject({
    partBytes: count(),
    parts: count(),
    acknowledged: z.array(count()),
    expiresAtMs: instantMs,
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 6_000 },
});

export const putPart = endpoint({
  method: 'PUT',
  path: '/v1/vaults/:vault/uploads/:upload/parts/:part',
  gate: 'session',
  event: 'none',
  summary: 'One part: 16 segments (part 0 with the 74-byte FLOE header in front), durable before the answer',
  params: z.strictObject({ vault: id('vlt'), upload: id('upl'), part: countText() }),
  query: none,
  input: 'octets',
  output: none,
  answer: 'none',
  errors: ['ACCESS_DENIED', 'PART_INVALID', 'STATE_CHANGED', 'DISK_FULL'],
  limits: { bodyBytesMax: limits.partBytesMax, perMinute: 60_000 },
});

export const dropUpload = endpoint({
  method: 'DELETE',
  path: '/v1/vaults/:vault/uploads/:upload',
  gate: 'session',
  event: 'none',
  summary: 'Give an upload up',
  params: uploadParams,
  query: none,
  input: none,
  output: none,
  answer: 'none',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});

export const commitVersion = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/versions',
  gate: 'room.write',
  event: 'written',
  summary:
    'A record version, whole: written line, header, card, wraps; the same bytes again give the same receipt',
  params: vaultParams,
  query: none,
  input: z.strictObject({
    ...signedBody.shape,
    header: bytes({ min: 1, max: limits.headerBytesMax }),
    card: bytes({ min: 1, max: limits.cardBytesMax }),
    /** One intake box for each wrap of the written body, in its order. */
    boxes: z
      .array(bytes({ min: 1, max: 4_096 }))
      .min(1)
      .max(2),
    upload: id('upl').optional(),
    /** RFC 6962 leaf hashes of the stored card, FLOE header and segments, in order. */
    leafHashes: bytes({ min: 32, max: 32 * 65_538 }),
    known: knownSizes,
  }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: [
    'ACCESS_DENIED',
    'ENTRY_REFUSED',
    'CHAIN_CONFLICT',
    'VERSION_CONFLICT',
    'UPLOAD_INCOMPLETE',
    'INTAKE_KEY_OLD',
    'SLOT_TAKEN',
    'BODY_MISMATCH',
    'WARDEN_UNAVAILABLE',
  ],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 12_000 },
});

export const getVersion = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/records/:record/versions/:version',
  gate: 'record.open',
  event: 'none',
  summary: 'Header, stored card and leaf hashes of a version (ciphertext)',
  params: versionParams,
  query: none,
  input: none,
  output: z.strictObject({
    header: bytes({ max: limits.headerBytesMax }),
    card: bytes({ max: limits.cardBytesMax }),
    leafHashes: bytes({ max: 32 * 65_538 }),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 6_000 },
});

export const getCards = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/cards',
  gate: 'record.open',
  event: 'none',
  summary: 'Headers and stored cards of many versions, of one room or many (ciphertext)',
  params: vaultParams,
  query: none,
  input: z.strictObject({
    versions: z
      .array(z.tuple([id('rom'), id('rec'), count()]))
      .min(1)
      .max(limits.cardsPerCallMax),
  }),
  output: z.strictObject({
    cards: z.array(
      z.strictObject({
        header: bytes({ max: limits.headerBytesMax }),
        card: bytes({ max: limits.cardBytesMax }),
        bodyRoot: z.array(exactBytes(32)).max(64),
      }),
    ),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 12_000 },
});

export const getSegments = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/records/:record/versions/:version/body',
  gate: 'record.open',
  event: 'none',
  summary: 'Stored bytes of a body (ciphertext)',
  params: versionParams,
  query: z.strictObject({ offset: countText(), length: countText(64 * 262_144 + 74) }),
  input: none,
  output: z.instanceof(Uint8Array),
  answer: 'octets',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 60_000 },
});

export const release = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/releases',
  gate: 'record.open',
  event: 'released',
  summary: 'Open, list or lease: a line in the ledger first, then the keys, sealed to this request',
  params: vaultParams,
  query: none,
  input: z.strictObject({ request: bytes({ min: 1, max: limits.requestBytesMax }) }),
  output: z.strictObject({ receipt, sealed: bytes({ max: 2_097_152 }), heads: headsBytes }),
  answer: 'json',
  errors: [
    'ACCESS_DENIED',
    'REQUEST_STALE',
    'REQUEST_REPLAYED',
    'STEP_UP_REQUIRED',
    'RATE_LIMITED',
    'RELEASE_LIMIT',
    'WARDEN_UNAVAILABLE',
    'WARDEN_WAITING',
    'WITNESS_UNAVAILABLE',
    'RESTORE_MODE',
  ],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 60_000 },
});
