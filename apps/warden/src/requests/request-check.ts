/**
 * What the warden demands of a line that was made from a signed request, beyond what the authority judges: that the line says
 * what the device signed, now, once, and within its ceiling; and that the signer and his membership hold at the newest office
 * head (docs/spec/warden.md section 5). Answers a void code; it changes nothing.
 */
import {
  decodeRequest,
  findDevice,
  isDeviceValid,
  mayOpen,
  payloadCommitment,
  releasedBody,
  verifyRequest,
} from '@strongroom/authority';
import type { Entry, Request, SignedRequest } from '@strongroom/authority';
import {
  StrongroomError,
  compareBytes,
  decodeCbor,
  hashCacheHeader,
  hashWrapContext,
  isBytes,
} from '@strongroom/core';
import type { DeviceId, Engine, RoomId } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';
import type { RequestUse } from '../tables/release-counters.ts';
import type { Tables } from '../tables/tables.ts';

/** Why a line made from a request is void. */
type RequestVoid =
  | 'VOID_FORM'
  | 'VOID_SIGNER'
  | 'VOID_SIGNATURE'
  | 'VOID_RIGHT'
  | 'VOID_STATE'
  | 'VOID_LIMIT'
  | 'REQUEST_STALE'
  | 'REQUEST_REPLAYED'
  | 'RELEASE_LIMIT';

/** A request that may be acted on, once its line is durable. */
export type CheckedRequest = {
  readonly signed: SignedRequest;
  readonly use: RequestUse;
  readonly person: string;
  readonly leases: readonly string[];
};

export type RequestCheck =
  | { readonly kind: 'good'; readonly checked: CheckedRequest }
  | { readonly kind: 'void'; readonly code: RequestVoid };

const saltBytes = 32;

/** Kinds of lines made from a request. */
const requestLines: ReadonlySet<string> = new Set<Entry['body']['k']>(['released', 'listed', 'leased']);

/** The request in an entry's payload, undefined when there is none that the entry commits to. */
export function findRequest(
  engine: Engine,
  entry: Entry,
  payload: Uint8Array | undefined,
): SignedRequest | undefined {
  if (payload === undefined || entry.payload === null || payload.length < saltBytes) return undefined;
  const content = payload.subarray(saltBytes);
  const commitment = payloadCommitment(engine, payload.subarray(0, saltBytes), content);
  if (compareBytes(commitment, entry.payload) !== 0) return undefined;
  try {
    const value = decodeCbor(content);
    const bytes: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
    return isBytes(bytes) ? decodeRequest(bytes) : undefined;
  } catch (error) {
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}

/** A request whose signature is being verified under the key that its device had when that began. */
export type VerifiedAhead = {
  readonly signed: SignedRequest;
  readonly publicKey: Uint8Array;
  readonly isRight: Promise<boolean>;
};

/**
 * Begins to verify the request of a line before its turn, so that those of a batch are verified side by side; it decides
 * nothing. Undefined for an entry that is no such line.
 */
export function verifyAhead(
  engine: Engine,
  tables: Tables,
  { entry, payload }: { readonly entry: Entry | undefined; readonly payload: Uint8Array | undefined },
): VerifiedAhead | undefined {
  if (entry === undefined || !requestLines.has(entry.body.k)) return undefined;
  const signed = findRequest(engine, entry, payload);
  const publicKey = signed === undefined ? undefined : findDevice(tables.office, signed.request.d)?.sign;
  if (signed === undefined || publicKey === undefined) return undefined;
  const isRight = verifyRequest(engine, signed, publicKey);
  // Whoever needs the answer is told of the failure; it may be that nobody does.
  isRight.catch(() => undefined);
  return { signed, publicKey, isRight };
}

/** Checks a line made from a request. `index` is the one it would take. */
export async function checkRequest(
  engine: Engine,
  tables: Tables,
  options: {
    readonly entry: Entry;
    readonly payload: Uint8Array | undefined;
    readonly ledger: string;
    readonly index: number;
    readonly nowMs: number;
    /** What was begun with this same entry and payload. */
    readonly ahead?: VerifiedAhead | undefined;
  },
): Promise<RequestCheck> {
  const { entry, ledger, nowMs, ahead } = options;
  const signed = ahead?.signed ?? findRequest(engine, entry, options.payload);
  if (signed === undefined || signed.request.l !== ledger) return refuse('VOID_FORM');
  const { request } = signed;
  const device = findDevice(tables.office, request.d);
  const newest = tables.office.size;
  if (device === undefined || !isDeviceValid(tables.office, request.d, newest)) return refuse('VOID_SIGNER');
  const [, citedOfficeSize] = request.pos.o;
  if (citedOfficeSize > newest || (request.pos.v?.[1] ?? 0) > options.index) return refuse('VOID_STATE');
  if (!isDeviceValid(tables.office, request.d, citedOfficeSize)) return refuse('VOID_SIGNER');
  const isSameKey = ahead !== undefined && compareBytes(ahead.publicKey, device.sign) === 0;
  const isRight = isSameKey ? ahead.isRight : verifyRequest(engine, signed, device.sign);
  if (!(await isRight)) return refuse('VOID_SIGNATURE');
  if (compareBytes(releasedBody(request, device.person), entry.bodyBytes) !== 0) return refuse('VOID_FORM');
  if (Math.abs(nowMs - request.t) > wardenLimits.requestAgeMsMax) return refuse('REQUEST_STALE');
  const use = useOf(request);
  if (tables.counters.findIndex(request.d, request.nonce) !== undefined) return refuse('REQUEST_REPLAYED');
  if (!tables.counters.isWithinCeiling(use, nowMs)) return refuse('RELEASE_LIMIT');
  const lost = findLostRight(tables, request, Math.max(entry.atMs, nowMs));
  if (lost !== undefined) return refuse(lost);
  const leases = request.k === 'lease' ? request.rooms.map(([room]) => room) : [];
  if (leases.some((room) => tables.isLeased(request.d, room, nowMs))) return refuse('VOID_LIMIT');
  if (!isCacheOwn(engine, tables, request)) return refuse('VOID_RIGHT');
  return { kind: 'good', checked: { signed, use, person: device.person, leases } };
}

/** Why a request may not be acted on at the newest heads; undefined if it may. */
export function findLostRight(
  tables: Tables,
  request: Request,
  atMs: number,
): 'VOID_SIGNER' | 'VOID_RIGHT' | undefined {
  const { office } = tables;
  const device = findDevice(office, request.d);
  if (device === undefined || !isDeviceValid(office, request.d, office.size)) return 'VOID_SIGNER';
  const asker = { at: office.size, atMs, device: request.d, person: device.person };
  const states = tables.states(request.l);
  return [...roomsOf(request)].every((room) => mayOpen(states, { ...asker, room }))
    ? undefined
    : 'VOID_RIGHT';
}

/** What a request uses of its device's ceiling. */
function useOf(request: Request): RequestUse {
  const { d: device, nonce, t: tMs } = request;
  switch (request.k) {
    case 'open': {
      const cards = request.parts.filter(([, , , part]) => part === 'card').length;
      return { device, nonce, tMs, cards, bodies: request.parts.length - cards };
    }
    case 'list':
      return { device, nonce, tMs, cards: request.count, bodies: 0 };
    case 'lease':
      // What a cache key opens was given to this device before, card by card, and counted then.
      return { device, nonce, tMs, cards: request.rooms.length, bodies: 0 };
  }
}

function roomsOf(request: Request): ReadonlySet<RoomId> {
  switch (request.k) {
    case 'open':
      return new Set(request.parts.map(([room]) => room));
    case 'list':
      return new Set([request.room]);
    case 'lease':
      return new Set(request.rooms.map(([room]) => room));
  }
}

/** A cache key goes to the device it names: Hw must be that of this device's own cache, under one of the room's epochs. */
function isCacheOwn(engine: Engine, tables: Tables, request: Request): boolean {
  if (request.k === 'open') return request.parts.every(([, , , part]) => part !== 'cache');
  if (request.k === 'list') return true;
  const rooms = tables.rooms(request.l).rooms;
  return request.rooms.every(([room, slot, hw]) => {
    const newest = rooms.get(room)?.commitments.length ?? 0;
    for (let epoch = newest; epoch >= 1; epoch--)
      if (compareBytes(cacheContextHash(engine, request.d, { room, epoch, slot }), hw) === 0) return true;
    return false;
  });
}

function cacheContextHash(
  engine: Engine,
  device: DeviceId,
  { room, epoch, slot }: { readonly room: RoomId; readonly epoch: number; readonly slot: number },
): Uint8Array {
  const headerHash = hashCacheHeader(engine, device, room);
  return hashWrapContext(engine, { headerHash, part: 'cache', room, epoch, slot, grantor: device });
}

function refuse(code: RequestVoid): RequestCheck {
  return { kind: 'void', code };
}
