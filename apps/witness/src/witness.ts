/**
 * The witness: judges a request against the head it has, and moves the head and answers in the order of docs/spec/witness.md, section 3.
 * Invariant: a cosignature leaves `addCheckpoint` only for a head that is on the disk and was put there in place of the head that the
 * checkpoint was shown to grow from.
 */
import {
  ConflictError,
  encodeHex,
  encodeUtf8,
  InputError,
  IntegrityError,
  LimitError,
  StrongroomError,
} from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import {
  addNoteSignatures,
  cosignCheckpoint,
  emptyRoot,
  formatNoteKey,
  formatNoteSignature,
  judgeAddCheckpoint,
  noteSignatureTypes,
  parseAddCheckpoint,
  parseIntroduction,
  parseNoteKey,
  verifyIntroduction,
} from '@strongroom/ledger';
import type { AddCheckpointRequest, NoteKey, NoteSigner, WitnessedLog } from '@strongroom/ledger';
import type { FaultPoints } from '@strongroom/warden';
import type { HeadStore } from './head-store.ts';
import type { WitnessLog } from './log.ts';
import type { WitnessFaultPoint } from './witness-fault-points.ts';

/** What a witness is made of. */
export type WitnessParts = {
  readonly engine: NodeEngine;
  readonly signer: NoteSigner;
  readonly heads: HeadStore;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly log: WitnessLog;
  readonly faults: FaultPoints<WitnessFaultPoint>;
};

/** What is answered. */
export type WitnessAnswer =
  | { readonly status: 200; readonly cosignature: string }
  | { readonly status: 400 | 403 | 404 | 413 | 422 }
  | { readonly status: 409; readonly size: number };

/** A witness over its heads. */
export class Witness {
  readonly #parts: WitnessParts;
  readonly #keys: Map<string, NoteKey> = new Map();

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** What logs and verifiers are told. */
  get vkey(): string {
    return formatNoteKey(this.#parts.signer.key);
  }

  /** Answers a request. @throws DependencyError DATABASE_FAILED: then nothing was cosigned */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const { log } = this.#parts;
    let request: AddCheckpointRequest;
    try {
      request = parseAddCheckpoint(body);
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      const status = cause instanceof LimitError ? 413 : 400;
      log.write('witness.refused', { status });
      return { status };
    }
    const answer = await this.#judge(request);
    if (answer.status !== 200 && answer.status !== 409)
      log.write('witness.refused', { status: answer.status });
    return answer;
  }

  /**
   * Takes a log on the word of one that is trusted, of the same firm. 404: nobody trusted speaks; 403: it did not sign; 409: the origin has another key.
   * @throws DependencyError DATABASE_FAILED
   */
  async addLog(body: Uint8Array): Promise<200 | 400 | 403 | 404 | 409> {
    const { engine, heads, log } = this.#parts;
    try {
      const { by, key } = parseIntroduction(engine, body);
      const speaker = heads.find(by);
      if (speaker === undefined) return 404;
      await verifyIntroduction(engine, body, this.#keyOf(speaker.vkey));
      // The firm's ledger speaks for its vaults, also where another warden signs them from now on. Who waits for a new key himself
      // has the old warden's, which may be in other hands.
      const { origin, isNew } = trustLog(engine, heads, formatNoteKey(key), {
        isInstead: heads.awaitsKey(key.name) && !heads.awaitsKey(by) && 'introduced',
      });
      if (isNew) log.write('witness.introduced', { origin });
      return 200;
    } catch (cause) {
      if (cause instanceof IntegrityError || cause instanceof LimitError) return 403;
      if (cause instanceof ConflictError) return 409;
      if (cause instanceof InputError) return 400;
      throw cause;
    }
  }

  /** The newest cosigned note of an origin that is named by its hash. */
  findCheckpoint(originHash: string): string | undefined {
    return this.#parts.heads.findByHash(originHash)?.cosigned?.note;
  }

  async #judge(request: AddCheckpointRequest): Promise<WitnessAnswer> {
    const { engine, signer, heads, nowMs, log, faults } = this.#parts;
    let judged: WitnessedLog | undefined;
    const judgement = await judgeAddCheckpoint(engine, request, (origin) => {
      judged = this.#findLog(origin);
      return judged;
    });
    if (judgement.kind === 'refuse') return { status: judgement.status };
    if (judgement.kind === 'conflict') {
      log.write('witness.refused', { status: 409, size: judgement.size });
      return { status: 409, size: judgement.size };
    }
    await faults.hit('witness.add.after-judgement');
    const { origin, size, root } = judgement.checkpoint;
    const atSeconds = Math.floor(nowMs() / 1000);
    const line = await cosignCheckpoint(request.checkpoint, signer, atSeconds);
    await faults.hit('witness.add.after-signature');
    const isReplaced = heads.replaceHead({
      origin,
      from: (judged as WitnessedLog).head,
      to: { size, root },
      note: addNoteSignatures(request.checkpoint, [line]),
      atSeconds,
    });
    if (!isReplaced) {
      const sizeNow = heads.find(origin)?.head.size ?? 0;
      log.write('witness.refused', { origin, status: 409, size: sizeNow });
      return { status: 409, size: sizeNow };
    }
    await faults.hit('witness.add.after-commit');
    log.write('witness.cosigned', { origin, size });
    return { status: 200, cosignature: formatNoteSignature(line) };
  }

  #findLog(origin: string): WitnessedLog | undefined {
    const found = this.#parts.heads.find(origin);
    return found === undefined ? undefined : { key: this.#keyOf(found.vkey), head: found.head };
  }

  /** Checking a key costs more than a look into a map. */
  #keyOf(vkey: string): NoteKey {
    const known = this.#keys.get(vkey);
    if (known !== undefined) return known;
    const key = parseNoteKey(this.#parts.engine, vkey);
    this.#keys.set(vkey, key);
    return key;
  }
}

/**
 * Trusts a log by its vkey. With `isInstead` another key of a known origin takes the place of the one before, which signs nothing more;
 * the head stays, so that the new one goes on from it.
 * @returns its origin, and whether it, or its key, is new
 * @throws InputError FORMAT_INVALID; IntegrityError KEY_INVALID; ConflictError TARGET_EXISTS; LimitError LIMIT_EXCEEDED
 */
export function trustLog(
  engine: NodeEngine,
  heads: HeadStore,
  vkey: string,
  { isInstead = false }: { readonly isInstead?: boolean | 'introduced' } = {},
): { readonly origin: string; readonly isNew: boolean } {
  const key = parseNoteKey(engine, vkey);
  // A cosigner's key signs no checkpoint of its own: somebody has taken the wrong line.
  if (key.type !== noteSignatureTypes.ed25519)
    throw new InputError('FORMAT_INVALID', { format: 'vkey', reason: 'type' });
  const known = heads.find(key.name);
  const next = formatNoteKey(key);
  if (isInstead !== false && known !== undefined && known.vkey !== next) {
    const change = { origin: key.name, vkey: next, isByHand: isInstead === true };
    return { origin: key.name, isNew: heads.replaceKey(change) };
  }
  const isNew = heads.trust({
    origin: key.name,
    originHash: encodeHex(engine.sha256(encodeUtf8(key.name))),
    vkey: formatNoteKey(key),
    emptyRoot: emptyRoot(engine),
  });
  return { origin: key.name, isNew };
}
