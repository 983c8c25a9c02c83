/** Vaults, clients, slots, keyrings, disposals. */
import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { attachments, headsBytes, knownSizes, receipt, signedBody } from '../wire/receipt.ts';
import { bytes, count, exactBytes, id, instantMs } from '../wire/scalars.ts';
import { none } from './none.ts';

export const vaultParams = z.strictObject({ vault: id('vlt') });

export const prepareVault = endpoint({
  method: 'POST',
  path: '/v1/vaults/prepare',
  gate: 'vault.create',
  event: 'none',
  summary: 'The warden makes a ledger and its key for a new vault',
  params: none,
  query: none,
  input: z.strictObject({ vault: id('vlt') }),
  output: z.strictObject({ origin: z.string().max(255), vkey: z.string().max(512) }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 60 },
});

export const createVault = endpoint({
  method: 'POST',
  path: '/v1/vaults',
  gate: 'vault.create',
  event: 'vault.created',
  summary: 'The statement that a vault exists; its database is made',
  params: none,
  query: none,
  input: z.strictObject({ ...signedBody.shape, known: knownSizes }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'ENTRY_REFUSED', 'CHAIN_CONFLICT', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 60 },
});

export const listVaults = endpoint({
  method: 'GET',
  path: '/v1/vaults',
  gate: 'session',
  event: 'none',
  summary: 'Vaults (all for owners and officers, else those with a room of the asker)',
  params: none,
  query: none,
  input: none,
  output: z.strictObject({
    vaults: z.array(z.strictObject({ vault: id('vlt'), rooms: z.array(id('rom')) })),
  }),
  answer: 'json',
  errors: [],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});

const clientCode = z.string().regex(/^C-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{4,6}$/);

export const createClient = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/clients',
  gate: 'room.create',
  event: 'room.created',
  summary: 'A client: the statement of its main room, with a free random code',
  params: vaultParams,
  query: none,
  input: z.strictObject({ ...signedBody.shape, attachments, known: knownSizes }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'CODE_TAKEN', 'ENTRY_REFUSED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 12_000 },
});

export const listClients = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/clients',
  gate: 'session',
  event: 'none',
  summary: 'Codes and rooms of which the asker is a member',
  params: vaultParams,
  query: none,
  input: none,
  output: z.strictObject({ clients: z.array(z.strictObject({ code: clientCode, room: id('rom') })) }),
  answer: 'json',
  errors: [],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});

export const takeSlots = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/slots',
  gate: 'room.write',
  event: 'none',
  summary: 'A block of slots for one room and hour',
  params: vaultParams,
  query: none,
  input: z.strictObject({
    room: id('rom'),
    hour: count(2 ** 20 - 1),
    count: count(limits.slotsPerBlockMax).min(1),
  }),
  output: z.strictObject({ first: count(2 ** 48 - 1), count: count(limits.slotsPerBlockMax) }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 12_000 },
});

export const takeRoomSlots = endpoint({
  method: 'POST',
  path: '/v1/vaults/:vault/room-slots',
  gate: 'room.write',
  event: 'none',
  summary: 'One permanent slot for each of many rooms',
  params: vaultParams,
  query: none,
  input: z.strictObject({
    rooms: z.array(id('rom')).min(1).max(limits.roomsPerSlotsMax),
  }),
  output: z.strictObject({ slots: z.array(count(2 ** 48 - 1)).max(limits.roomsPerSlotsMax) }),
  answer: 'json',
  errors: ['ACCESS_DENIED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 12_000 },
});

export const getIntake = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/intake',
  gate: 'session',
  event: 'none',
  summary: "The warden's intake keys, newest first, signed by it",
  params: vaultParams,
  query: none,
  input: none,
  output: z.strictObject({
    keys: z
      .array(
        z.strictObject({
          pk: exactBytes(1_216),
          from: instantMs,
          until: instantMs,
          signature: exactBytes(64),
        }),
      )
      .min(1)
      .max(2),
  }),
  answer: 'json',
  errors: ['WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: 0, perMinute: 6_000 },
});

export const getKeyring = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/keyring',
  gate: 'session',
  event: 'none',
  summary: "The asker's own sealed keyring",
  params: vaultParams,
  query: none,
  input: none,
  output: z.strictObject({ number: count(), sealed: bytes({ max: limits.keyringBytesMax }).optional() }),
  answer: 'json',
  errors: [],
  limits: { bodyBytesMax: 0, perMinute: 1_200 },
});

export const putKeyring = endpoint({
  method: 'PUT',
  path: '/v1/vaults/:vault/keyring',
  gate: 'session',
  event: 'none',
  summary: 'A newer keyring; refused unless `number` is the stored one plus 1',
  params: vaultParams,
  query: none,
  input: z.strictObject({ number: count().min(1), sealed: bytes({ min: 28, max: limits.keyringBytesMax }) }),
  output: none,
  answer: 'none',
  errors: ['KEYRING_CONFLICT'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 1_200 },
});

export const putCacheKeys = endpoint({
  method: 'PUT',
  path: '/v1/vaults/:vault/cache-keys',
  gate: 'session',
  event: 'none',
  summary:
    "The wraps of the asker's own device's cache keys, one a room; a newer one replaces the one before",
  params: vaultParams,
  query: none,
  input: z.strictObject({
    keys: z
      .array(
        z.strictObject({
          room: id('rom'),
          slot: count(2 ** 48 - 1),
          /** `Hw` of a wrap of part cache whose grantor is this device. */
          wrapContextHash: exactBytes(32),
          /** Intake box of the wrap. */
          box: bytes({ min: 1, max: 4_096 }),
        }),
      )
      .min(1)
      .max(limits.roomsPerLeaseMax),
  }),
  output: none,
  answer: 'none',
  errors: ['ACCESS_DENIED', 'INTAKE_KEY_OLD', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 1_200 },
});

export const getDisposal = endpoint({
  method: 'GET',
  path: '/v1/vaults/:vault/disposals/:disposal',
  gate: 'chain.read',
  event: 'none',
  summary: 'State of a disposal and, once done, the receipts that the certificate of destruction is made of',
  params: z.strictObject({ vault: id('vlt'), disposal: id('dsp') }),
  query: none,
  input: none,
  output: z.strictObject({
    state: z.enum(['proposed', 'approved', 'stopped', 'intended', 'destroyed']),
    graceEndsAtMs: instantMs.optional(),
    /** In order: proposed, approved, intended, destroyed (or stopped), as far as they exist. */
    receipts: z.array(receipt).max(8),
  }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});
