/**
 * The life of an opening (architecture 6): the request is checked, becomes a line, and only the warden's answer to that line
 * releases anything. A retry with the same bytes finds the same line; a refusal that depends on a record is itself a line.
 */
import { decodeRequest, releasedBody, requestHash, verifyRequest } from '@strongroom/authority';
import type { RecordId, Request, RoomId, SignedRequest } from '@strongroom/authority';
import {
  AccessError,
  ConflictError,
  createError,
  DependencyError,
  encodeCbor,
  encodeHex,
  IntegrityError,
  InputError,
  isErrorCode,
  StrongroomError,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { Answer } from '../../call.ts';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import type { Appended } from '../../sequencer/index.ts';
import type { CosignedHead } from '../../witnesses/index.ts';
import { confirm, getLedger } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';
import { assertListed, mayRelease } from './check-request.ts';
import { markLeased } from './mark-leased.ts';
import { writeRefusal } from './refusals.ts';

export { flushRefusals } from './refusals.ts';

type ReleaseAnswer = Answer<'release'>;

/** Requests being answered: the same one arriving twice at once is one. */
const underWay = new WeakMap<ServerContext, Map<string, Promise<ReleaseAnswer>>>();

const topClass = 3;

/** Codes of the warden that say something about the asker or the moment, not about the record. */
const toldCodes: ReadonlySet<string> = new Set([
  'WARDEN_WAITING',
  'RELEASE_LIMIT',
  'RATE_LIMITED',
  'REQUEST_STALE',
  'HEADS_STALE',
]);

const release: Handler<'release'> = async (context, { params, body, session }) => {
  const signed = decodeRequest(body.request);
  const { request } = signed;
  const { device } = getSession(session);
  if (request.l !== params.vault || request.d !== device)
    throw new InputError('REQUEST_INVALID', { reason: 'asker' });
  const key = context.ledgers.officeState.devices.get(device)?.sign;
  if (key === undefined || !(await verifyRequest(context.engine, signed, key)))
    throw new IntegrityError('SIGNATURE_INVALID');
  if (Math.abs(context.clock.nowMs() - request.t) > limits.requestAgeMsMax)
    throw new ConflictError('REQUEST_STALE');

  const waiting = underWay.get(context) ?? new Map<string, Promise<ReleaseAnswer>>();
  underWay.set(context, waiting);
  const name = `${device} ${encodeHex(request.nonce)} ${encodeHex(requestHash(context.engine, signed.bytes))}`;
  const answer =
    waiting.get(name) ?? answerRequest(context, params.vault, signed, getSession(session).person);
  waiting.set(name, answer);
  try {
    return await answer;
  } finally {
    waiting.delete(name);
  }
};

type Asker = ReturnType<typeof getSession>['person'];

async function answerRequest(
  context: ServerContext,
  vault: VaultId,
  signed: SignedRequest,
  person: Asker,
): Promise<ReleaseAnswer> {
  const { request } = signed;
  const ledger = getLedger(context, vault);
  const hash = requestHash(context.engine, signed.bytes);
  const { store } = context.folders.open(vault);
  const known = await store.read((db) =>
    db
      .selectFrom('requests')
      .selectAll()
      .where('device', '=', request.d)
      .where('nonce', '=', request.nonce)
      .executeTakeFirst(),
  );
  if (known !== undefined) {
    if (Buffer.compare(known.request_hash, hash) !== 0) throw new ConflictError('REQUEST_REPLAYED');
    if (known.is_released === 0) throw new AccessError('ACCESS_DENIED');
    const again = await ledger.releaseAgain(known.position, roomsOf(request)).catch(throwRefusal);
    return await finish(context, vault, request, again);
  }
  const isAllowed = await mayRelease(context, vault, request, person);
  if (!isAllowed) {
    await writeRefusal(context, vault, signed);
    throw new AccessError('ACCESS_DENIED');
  }
  await assertListed(context, vault, request);
  const appended = await ledger
    .append({
      body: releasedBody(request, person),
      sigs: [],
      payload: { salt: context.engine.randomBytes(32), bytes: encodeCbor([signed.bytes]) },
      isOnce: false,
      chains: roomsOf(request),
      async write(writer, position) {
        const inserted = await writer
          .insertInto('requests')
          .values({
            device: request.d,
            nonce: request.nonce,
            request_hash: hash,
            position,
            is_released: 1,
            at_ms: context.clock.nowMs(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('device')
          .executeTakeFirst();
        if (inserted === undefined) throw new ConflictError('REQUEST_REPLAYED');
        if (request.k === 'lease') await markLeased(writer, request, context.clock.nowMs());
      },
    })
    .catch(throwRefusal);
  return await finish(context, vault, request, appended);
}

/** What the warden found void lies in a record or a right, and is told like every other refusal; or in the asker, and is told as it is. */
function throwRefusal(cause: unknown): never {
  if (!(cause instanceof StrongroomError) || cause.code !== 'ENTRY_REFUSED') throw cause;
  const { reason } = cause.details;
  const isTold = typeof reason === 'string' && toldCodes.has(reason) && isErrorCode(reason);
  throw isTold ? createError(reason, {}, { cause }) : new AccessError('ACCESS_DENIED', {}, { cause });
}

async function finish(
  context: ServerContext,
  vault: VaultId,
  request: Request,
  appended: Appended,
): Promise<ReleaseAnswer> {
  const { index, heads, stored } = appended;
  const given = await giveWitnessed(context, vault, request, appended);
  const { release: sealed, withheld } = given;
  if (sealed === undefined) {
    const isTold = withheld !== undefined && toldCodes.has(withheld) && isErrorCode(withheld);
    throw isTold ? createError(withheld) : new AccessError('ACCESS_DENIED');
  }
  const { o, v } = request.pos;
  const known = { office: o[1], ...(v === undefined ? {} : { vault: v[1] }) };
  const chains = roomsOf(request);
  const witnessed = given.witnessed ?? (await witness(context, vault, request, index));
  return {
    ...(await confirm(context, { ledger: vault, index, known, chains, heads, stored, witnessed })),
    sealed,
  };
}

/**
 * What the warden holds back for the firm's witnesses is asked for once more, with a head that has this line under it and their cosignatures
 * upon it. The line stays where there is none in time, and the same request finds it.
 * @throws DependencyError WITNESS_UNAVAILABLE
 */
async function giveWitnessed(
  context: ServerContext,
  vault: VaultId,
  request: Request,
  { index, release: sealed, withheld }: Appended,
): Promise<{
  readonly release?: Uint8Array | undefined;
  readonly withheld?: string | undefined;
  readonly witnessed?: CosignedHead | undefined;
}> {
  if (withheld !== 'WITNESS_WAITING') return { release: sealed, withheld };
  const ledger = getLedger(context, vault);
  // Heads that came with the line may rest on all that is signed by now.
  const sizeMin = Math.max(index + 1, ledger.checkpoint().size);
  const witnessed = await context.witnesses.settle(vault, sizeMin);
  const again = await ledger.releaseAgain(index, roomsOf(request), witnessed).catch(throwRefusal);
  if (again.withheld === 'WITNESS_WAITING')
    throw new DependencyError('WITNESS_UNAVAILABLE', { ledger: vault });
  return { release: again.release, withheld: again.withheld, witnessed };
}

/**
 * The top class is answered under a head that the witnesses have. The line stays where there is none in time.
 * @throws DependencyError WITNESS_UNAVAILABLE
 */
async function witness(
  context: ServerContext,
  vault: VaultId,
  request: Request,
  index: number,
): Promise<CosignedHead | undefined> {
  if (context.witnesses.policy === undefined || !isTopClass(context, vault, request)) return undefined;
  // Heads that came with the line may rest on all that is signed by now.
  const size = getLedger(context, vault).checkpoint().size;
  return await context.witnesses.settle(vault, Math.max(index + 1, size));
}

/** The class in force: the room's, and the one that a version was written in. */
function isTopClass(context: ServerContext, vault: VaultId, request: Request): boolean {
  const states = context.ledgers.states(vault);
  const { rooms } = states.vault ?? states.office.own;
  const wanted: readonly { readonly id: string; readonly record?: RecordId }[] =
    request.k === 'open'
      ? request.parts.map(([id, record]) => ({ id, record }))
      : roomsOf(request).map((id) => ({ id }));
  return wanted.some(({ id, record }) => {
    const room = rooms.get(id as RoomId);
    const versions = record === undefined ? [] : (room?.records.get(record) ?? []);
    return room?.class === topClass || versions.some((version) => version.class === topClass);
  });
}

function roomsOf(request: Request): readonly string[] {
  switch (request.k) {
    case 'open':
      return [...new Set(request.parts.map(([room]) => room))];
    case 'list':
      return [request.room];
    case 'lease':
      return request.rooms.map(([room]) => room);
  }
}

export const releaseHandlers: HandlersOf<'release'> = { release };
