/**
 * Asking the warden for wraps: the device signs exactly what it wants, and believes nothing of the answer until its own line,
 * computed from its own request, is proved to be in the ledger it has been following. Whatever is wrong gives one error, and
 * nothing of the answer is used (docs/spec/requests.md section 2; attacks J1, J2, J4, E5).
 */
import {
  compareBytes,
  concatBytes,
  encodeCbor,
  encodeU64,
  encodeUtf8,
  errorClassOf,
  IntegrityError,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, VaultId } from '@strongroom/core';
import {
  decodeEntry,
  payloadCommitment,
  releasedBody,
  requestHash,
  signRequest,
} from '@strongroom/authority';
import type { LeasedRoom, PositionRows, Purpose, Request, RequestedPart } from '@strongroom/authority';
import type { Api, OutputOf } from '../api/index.ts';
import type { LedgerAnchor, VerifiedReceipt } from '../chains/ledger-anchor.ts';

/** What is asked for, without what every request has. */
export type Ask =
  | { readonly k: 'open'; readonly parts: readonly RequestedPart[] }
  | {
      readonly k: 'list';
      readonly room: RequestedPart[0];
      readonly lo: number;
      readonly hi: number;
      readonly count: number;
      readonly hash: Uint8Array;
    }
  | { readonly k: 'lease'; readonly rooms: readonly LeasedRoom[]; readonly kept: number };

/** Who asks, where, and under which heads. */
export interface Asker {
  readonly engine: Engine;
  readonly api: Api;
  readonly vault: VaultId;
  readonly anchor: LedgerAnchor;
  readonly positions: PositionRows;
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly signSeed: Uint8Array;
  readonly nowMs: number;
}

/** A release whose line is proved. */
export interface Release {
  /** One wrap (48 bytes) for each thing asked for, in order. */
  readonly wraps: readonly Uint8Array[];
  readonly receipt: VerifiedReceipt;
  readonly atMs: number;
}

const wrapBytes = 48;

/**
 * Sends a signed request and opens the answer.
 * @throws IntegrityError RELEASE_REJECTED for any answer that does not verify; the server's refusals as they are
 */
export async function requestRelease(
  asker: Asker,
  options: {
    readonly ask: Ask;
    readonly purpose: Purpose;
    readonly reason?: Uint8Array;
    readonly nonce?: Uint8Array;
    /** Sees the heads that came along, once the receipt is verified. */
    readonly onHeads: (heads: Uint8Array) => Promise<void>;
  },
): Promise<Release> {
  const { engine } = asker;
  const seed = engine.randomBytes(32);
  const request = {
    ...options.ask,
    l: asker.vault,
    d: asker.device,
    t: asker.nowMs,
    nonce: options.nonce ?? engine.randomBytes(16),
    pos: asker.positions,
    pk: await engine.hpkePublicKey(seed),
    purpose: options.purpose,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  } as Request;
  const signed = await signRequest(engine, { request, seed: asker.signSeed });
  const answer = await asker.api.call('release', {
    params: { vault: asker.vault },
    body: { request: signed },
  });
  try {
    const receipt = await verifyLine(asker, { request, signed, answer });
    const count =
      request.k === 'open'
        ? request.parts.length
        : request.k === 'list'
          ? request.count
          : request.rooms.length;
    const opened = await engine.hpkeOpen({
      seed,
      info: concatBytes(
        encodeUtf8('sr1/release/v1'),
        requestHash(engine, signed),
        encodeUtf8(asker.anchor.origin),
        encodeU64(receipt.index),
      ),
      aad: new Uint8Array(0),
      sealed: answer.sealed,
    });
    if (opened.length !== count * wrapBytes) throw new IntegrityError('RELEASE_REJECTED');
    const wraps = Array.from({ length: count }, (_, index) =>
      opened.slice(index * wrapBytes, (index + 1) * wrapBytes),
    );
    wipeBytes(opened);
    await options.onHeads(answer.heads);
    return { wraps, receipt, atMs: decodeEntry(receipt.entry).atMs };
  } catch (cause) {
    throw rejectRelease(cause);
  } finally {
    wipeBytes(seed);
  }
}

/** The line is the one this request makes, its payload is this request, and it is in the ledger. */
async function verifyLine(
  asker: Asker,
  options: { readonly request: Request; readonly signed: Uint8Array; readonly answer: OutputOf<'release'> },
): Promise<VerifiedReceipt> {
  const { engine } = asker;
  const { receipt } = options.answer;
  const entry = decodeEntry(receipt.entry);
  const payload =
    receipt.salt === undefined
      ? undefined
      : payloadCommitment(engine, receipt.salt, encodeCbor([options.signed]));
  const isMine =
    compareBytes(entry.bodyBytes, releasedBody(options.request, asker.person)) === 0 &&
    payload !== undefined &&
    entry.payload !== null &&
    compareBytes(entry.payload, payload) === 0;
  if (!isMine) throw new IntegrityError('RELEASE_REJECTED');
  return await asker.anchor.verifyReceipt(receipt);
}

/**
 * The one error of a release that does not verify. A fork is told as such: it is evidence, and the same for every record. What is no
 * verdict on the answer (a refusal, the network, a full disk) passes as it is.
 */
export function rejectRelease(cause: unknown): unknown {
  if (!(cause instanceof StrongroomError)) return cause;
  if (
    cause.code === 'RELEASE_REJECTED' ||
    cause.code === 'LEDGER_FORKED' ||
    cause.code === 'LEDGER_WENT_BACK'
  )
    return cause;
  const fault = errorClassOf(cause.code);
  if (fault === 'Access' || fault === 'Conflict' || fault === 'Dependency') return cause;
  return new IntegrityError('RELEASE_REJECTED', {}, { cause });
}
