/** Entries, chains, checkpoints, proofs, lines, exports: the office (officeId) and every vault alike. */
import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { attachments, headsBytes, knownSizes, proofHashes, receipt, signedBody } from '../wire/receipt.ts';
import { bytes, count, countText, exactBytes, id } from '../wire/scalars.ts';
import { none } from './none.ts';

const ledgerParams = z.strictObject({ ledger: id('vlt') });
const entryRow = z.strictObject({ index: count(), entry: bytes({ max: limits.entryBytesMax }) });

export const submitEntry = endpoint({
  method: 'POST',
  path: '/v1/ledgers/:ledger/entries',
  gate: 'entry.submit',
  event: 'statement',
  summary: 'Append a signed statement; the same bytes again give the same receipt',
  params: ledgerParams,
  query: none,
  input: z.strictObject({ ...signedBody.shape, attachments, known: knownSizes }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: ['ENTRY_REFUSED', 'CHAIN_CONFLICT', 'ACCESS_DENIED', 'WARDEN_UNAVAILABLE', 'RESTORE_MODE'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 12_000 },
});

const chainId = z.string().regex(/^(firm|per_[a-z2-7]{26}|rom_[a-z2-7]{26})$/);

export const sync = endpoint({
  method: 'POST',
  path: '/v1/sync',
  gate: 'chain.read',
  event: 'none',
  summary: "Chains of one ledger from the numbers held, under the warden's signed heads",
  params: none,
  query: none,
  input: z.strictObject({
    ledger: id('vlt'),
    /** Chain and the number of entries held of it. */
    chains: z.array(z.tuple([chainId, count()])).max(limits.chainsPerSyncMax),
    known: knownSizes,
  }),
  output: z.strictObject({
    /** Entries of all chains asked for, by index; void ones never. */
    entries: z.array(entryRow).max(limits.entriesPerSyncMax),
    /** False: ask again with the new numbers; heads then come with the last answer. */
    isComplete: z.boolean(),
    heads: headsBytes,
    checkpoint: z.string().max(8_192),
    consistency: z.strictObject({ from: count(), hashes: proofHashes }).optional(),
    /** The newest head with the cosignatures of a quorum of the firm's witnesses. */
    witnessed: z.string().max(8_192).optional(),
    /** Hints, believed only through the chains: rooms of the asker in this ledger, persons in them. */
    rooms: z.array(id('rom')),
    persons: z.array(id('per')),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 12_000 },
});

export const getAttachment = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/attachments/:hash',
  gate: 'chain.read',
  event: 'none',
  summary: 'Bytes that a statement names by hash (boxes, bundles)',
  params: z.strictObject({ ledger: id('vlt'), hash: exactBytes(32) }),
  query: none,
  input: none,
  output: z.instanceof(Uint8Array),
  answer: 'octets',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 6_000 },
});

export const getCheckpoint = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/checkpoint',
  gate: 'session',
  event: 'none',
  summary: 'Newest signed note',
  params: ledgerParams,
  query: none,
  input: none,
  output: z.string(),
  answer: 'text',
  errors: ['ACCESS_DENIED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const getWitnesses = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/witnesses',
  gate: 'session',
  event: 'none',
  summary:
    'Who cosigns the heads, as the operator configured it, and the newest head that enough of them have',
  params: ledgerParams,
  query: none,
  input: none,
  output: z.strictObject({
    /** C2SP tlog-policy text; absent: no witness is configured. */
    policy: z.string().max(65_536).optional(),
    witnesses: z
      .array(
        z.strictObject({
          name: z.string().max(256),
          state: z.enum(['unasked', 'no-address', 'cosigns', 'unreachable', 'refuses', 'other-history']),
          size: count(),
        }),
      )
      .max(16),
    head: z.strictObject({ size: count(), note: z.string().max(8_192), atMs: count() }).optional(),
    /** The newest head has waited for its quorum for over a minute. */
    isLate: z.boolean(),
    /** Key names of the witnesses in force that the operator lets read the entries of all ledgers. */
    readers: z.array(z.string().max(256)).max(16),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const getTimeStamps = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/time-stamps',
  gate: 'session',
  event: 'none',
  summary:
    'Checkpoints with their RFC 3161 time stamps from a size on, smallest first; without one the newest alone',
  params: ledgerParams,
  query: z.strictObject({ from: countText().optional() }),
  input: none,
  output: z.strictObject({
    stamps: z
      .array(
        z.strictObject({
          size: count(),
          /** As the warden signed it, without cosignatures: its UTF-8 is what was stamped. */
          note: z.string().max(8_192),
          /** TimeStampResp in DER. */
          answer: bytes({ max: limits.timeStampBytesMax }),
          /** By when it existed at the latest, as the authority says. */
          atMs: count(),
        }),
      )
      .max(limits.timeStampsPerCallMax),
    /** Where to go on; absent at the end. */
    next: count().optional(),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const getInclusion = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/inclusion/:index',
  gate: 'ledger.read',
  event: 'none',
  summary: 'Receipt of one entry under the newest checkpoint',
  params: z.strictObject({ ledger: id('vlt'), index: countText() }),
  query: z.strictObject({ from: countText().optional() }),
  input: none,
  output: receipt,
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const getConsistency = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/consistency',
  gate: 'session',
  event: 'none',
  summary: 'Proof that the ledger at one size begins with that at another',
  params: ledgerParams,
  query: z.strictObject({ from: countText(), to: countText() }),
  input: none,
  output: z.strictObject({ hashes: proofHashes }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const getLines = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/lines',
  gate: 'ledger.read',
  event: 'none',
  summary: 'Entries with the payloads that are kept, newest last',
  params: ledgerParams,
  query: z.strictObject({
    from: countText().optional(),
    count: countText(limits.linesPerCallMax).optional(),
    room: id('rom').optional(),
    record: id('rec').optional(),
  }),
  input: none,
  output: z.strictObject({
    size: count(),
    lines: z.array(
      z.strictObject({
        index: count(),
        entry: bytes({ max: limits.entryBytesMax }),
        salt: exactBytes(32).optional(),
        payload: bytes({ max: limits.requestBytesMax }).optional(),
        voidCode: z.string().max(64).optional(),
      }),
    ),
    /** Where to go on; absent at the end. */
    next: count().optional(),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});

export const readEntries = endpoint({
  method: 'POST',
  path: '/v1/ledgers/:ledger/entry-bundles',
  gate: 'witness',
  event: 'none',
  summary: 'A bundle of entries for a witness that may read them, by a request that its key signed',
  params: ledgerParams,
  query: none,
  input: z.strictObject({ request: z.string().max(2_048) }),
  output: z.instanceof(Uint8Array),
  answer: 'octets',
  errors: ['ACCESS_DENIED', 'NOT_FOUND'],
  limits: { bodyBytesMax: 4_096, perMinute: 600 },
});

export const exportLedger = endpoint({
  method: 'GET',
  path: '/v1/ledgers/:ledger/files/*',
  gate: 'ledger.export',
  event: 'none',
  summary: 'Files of the tlog-tiles layout: checkpoint, tile/..., tile/entries/...',
  params: z.strictObject({ ledger: id('vlt'), path: z.string().max(200) }),
  query: none,
  input: none,
  output: z.instanceof(Uint8Array),
  answer: 'octets',
  errors: ['ACCESS_DENIED', 'NOT_FOUND'],
  limits: { bodyBytesMax: 0, perMinute: 60_000 },
});
