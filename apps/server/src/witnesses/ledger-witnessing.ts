/**
 * Cosignatures of one ledger. Rounds, one at a time: every witness that lacks the newest checkpoint, and is not resting, is asked for it at
 * once; what comes back is put under that checkpoint, and under no other.
 *
 * Invariants: a head counts as witnessed when the policy's quorum has cosigned that very head; what is kept is on the disk before it counts;
 * a witness that has another history is told of, and never asked to forget it.
 */
import { addNoteSignatures, formatNoteKey, isQuorumMet, parseNote } from '@strongroom/ledger';
import type { NoteSignature, VerifyEngine } from '@strongroom/ledger';
import type { VaultId } from '@strongroom/core';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SignedCheckpoint } from '../sequencer/index.ts';
import type { VaultStore } from '../storage/index.ts';
import { askWitness, introduceLog } from './ask-witness.ts';
import type { WitnessReply } from './ask-witness.ts';
import { quorumRow, readCosigned, writeCosigned } from './cosigned-rows.ts';
import type { CosignedHead } from './cosigned-rows.ts';
import type { RoundPace } from './round-pace.ts';
import type { AskedWitness, WitnessPolicy } from './witness-policy.ts';

/** How a witness stands with a ledger. `other-history`: it has cosigned a head that is no beginning of ours, or more than we have.
 * `no-address`: the firm names it, and the operator did not say where it is. */
export type WitnessState = 'unasked' | 'no-address' | 'cosigns' | 'unreachable' | 'refuses' | 'other-history';

/** A witness as an operator sees it. */
export type WitnessReport = {
  readonly name: string;
  readonly state: WitnessState;
  readonly size: number;
};

/** What is to be known of a ledger's witnesses. */
export type WitnessingReport = {
  readonly witnesses: readonly WitnessReport[];
  readonly head: CosignedHead | undefined;
  /** The newest head has waited for its quorum for longer than it may. */
  readonly isLate: boolean;
};

/** What it works on. */
export type WitnessingParts = {
  readonly ledger: {
    readonly id: VaultId;
    readonly isRestoreMode: boolean;
    findCheckpoint(): SignedCheckpoint | undefined;
    readonly tree: { consistency(from: number, to: number): Promise<Uint8Array[]> };
  };
  readonly store: VaultStore;
  readonly policy: WitnessPolicy;
  readonly engine: VerifyEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Of all ledgers together. */
  readonly pace: RoundPace;
  /** What introduces this ledger to a witness that knows the firm; undefined for the firm's own, whose key is given by hand. */
  readonly introduce: () => Promise<string | undefined>;
};

type Asked = {
  readonly witness: AskedWitness;
  /** What it cosigned last. */
  kept: CosignedHead | undefined;
  state: WitnessState;
  failures: number;
  notBeforeMs: number;
};

/** From a checkpoint to its quorum, at most: then it is an alarm. */
const lateMs = 60_000;
/** A witness that answered is asked again at the earliest after this time. */
const restMs = 10_000;
const lateSettleMs = 2_000;
const retryMsMin = 1_000;
const retryMsMax = 20_000;

export class LedgerWitnessing {
  readonly #parts: WitnessingParts;
  readonly #asked: readonly Asked[];
  /** Cosignatures of the checkpoint of this size. */
  #lines: { size: number; lines: NoteSignature[] } = { size: -1, lines: [] };
  #head: CosignedHead | undefined;
  #waitingSinceMs: number | undefined;
  #isLate = false;
  #round: Promise<void> | undefined;

  private constructor(parts: WitnessingParts, kept: ReadonlyMap<string, CosignedHead>) {
    this.#parts = parts;
    const { policy, witnesses } = parts.policy;
    // What was kept under another policy counts only if it has this one's quorum.
    this.#head = [...kept.values()]
      .filter(({ note }) => {
        const { signatures } = parseNote(note);
        const signed = witnesses.filter(({ key }) =>
          signatures.some(({ name, id }) => name === key.name && id === key.id),
        );
        return isQuorumMet(
          policy,
          signed.map(({ key }) => key),
        );
      })
      .reduce<CosignedHead | undefined>(
        (newest, head) => (newest !== undefined && newest.size >= head.size ? newest : head),
        undefined,
      );
    this.#asked = parts.policy.witnesses.map((witness) => ({
      witness,
      kept: kept.get(formatNoteKey(witness.key)),
      state: witness.url === undefined ? 'no-address' : 'unasked',
      failures: 0,
      notBeforeMs: 0,
    }));
  }

  static async open(parts: WitnessingParts): Promise<LedgerWitnessing> {
    return new LedgerWitnessing(parts, await readCosigned(parts.store));
  }

  report(): WitnessingReport {
    const witnesses = this.#asked.map(({ witness, state, kept }) => ({
      name: witness.name,
      state,
      size: kept?.size ?? 0,
    }));
    return { witnesses, head: this.#head, isLate: this.#isLate };
  }

  /** A checkpoint's note with the cosignatures that were given for it. */
  decorate(checkpoint: SignedCheckpoint): string {
    const { size, lines } = this.#lines;
    if (size === checkpoint.size && lines.length > 0) return addNoteSignatures(checkpoint.note, lines);
    return this.#head?.size === checkpoint.size ? this.#head.note : checkpoint.note;
  }

  /** Asks where it is time to; tells of what is late. Called every second. */
  async tick(): Promise<void> {
    const checkpoint = this.#findOpen();
    this.#noteTime(checkpoint);
    if (checkpoint === undefined) return;
    await this.#ask({ isUrgent: false });
    this.#noteTime(this.#findOpen());
  }

  /** Waits for a witnessed head of at least this size; undefined if there is none in time. */
  async settle(sizeMin: number, withinMs: number): Promise<CosignedHead | undefined> {
    const { clock } = this.#parts;
    // Whoever has been silent for over a minute is asked once more, and nobody waits long for that.
    const endMs = clock.monotonicMs() + (this.#isLate ? Math.min(withinMs, lateSettleMs) : withinMs);
    for (;;) {
      if (this.#head !== undefined && this.#head.size >= sizeMin) return this.#head;
      const leftMs = endMs - clock.monotonicMs();
      if (leftMs <= 0) return undefined;
      // Whoever comes while rounds are short goes with the next one, together with all who come until then.
      const waitMs = this.#round === undefined ? this.#parts.pace.waitMs : 0;
      if (waitMs > 0) {
        await this.#pause(Math.min(leftMs, waitMs));
        continue;
      }
      const before = this.#head?.size ?? 0;
      const round = this.#ask({ isUrgent: true });
      await Promise.race([round, this.#pause(leftMs)]);
      // A round that was under way already was about an older head: the next one goes at once. One that brought nothing is not repeated at once.
      if ((this.#head?.size ?? 0) === before) await this.#pause(Math.min(leftMs, 250));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#parts.clock.schedule(ms, resolve));
  }

  /** The newest checkpoint, while it lacks its quorum or somebody's cosignature. */
  #findOpen(): SignedCheckpoint | undefined {
    const { ledger } = this.#parts;
    const checkpoint = ledger.isRestoreMode ? undefined : ledger.findCheckpoint();
    if (checkpoint === undefined || checkpoint.size === 0) return undefined;
    const isLacking = (this.#head?.size ?? 0) < checkpoint.size;
    const isOpen = this.#asked.some(
      ({ kept, witness }) => witness.url !== undefined && kept?.size !== checkpoint.size,
    );
    return isLacking || isOpen ? checkpoint : undefined;
  }

  #noteTime(checkpoint: SignedCheckpoint | undefined): void {
    const { clock, log, ledger } = this.#parts;
    const isWaiting = checkpoint !== undefined && (this.#head?.size ?? 0) < checkpoint.size;
    this.#waitingSinceMs = isWaiting ? (this.#waitingSinceMs ?? clock.monotonicMs()) : undefined;
    const isLate = this.#waitingSinceMs !== undefined && clock.monotonicMs() - this.#waitingSinceMs > lateMs;
    if (isLate === this.#isLate) return;
    this.#isLate = isLate;
    log.write(isLate ? 'witness.late' : 'witness.back', { ledger: ledger.id });
  }

  async #ask(how: { readonly isUrgent: boolean }): Promise<void> {
    if (this.#round !== undefined) return await this.#round;
    this.#round = this.#runRound(how).finally(() => {
      this.#round = undefined;
    });
    await this.#round;
  }

  async #runRound({ isUrgent }: { readonly isUrgent: boolean }): Promise<void> {
    const { clock } = this.#parts;
    const checkpoint = this.#findOpen();
    if (checkpoint === undefined) return;
    const startMs = clock.monotonicMs();
    const due = this.#asked.filter(
      ({ kept, witness, notBeforeMs, failures }) =>
        witness.url !== undefined &&
        kept?.size !== checkpoint.size &&
        (notBeforeMs <= startMs || (isUrgent && failures === 0)),
    );
    if (due.length === 0) return;
    this.#parts.pace.take();
    if (this.#lines.size !== checkpoint.size) this.#lines = this.#findKept(checkpoint);
    const { lines } = this.#lines;
    const answers = await Promise.all(
      due.map(async (asked) => ({ asked, lines: await this.#askOne(asked, checkpoint) })),
    );
    const cosigned = answers.filter((answer) => answer.lines.length > 0);
    lines.push(...cosigned.flatMap((answer) => answer.lines));
    if (cosigned.length === 0) return;
    const note = addNoteSignatures(checkpoint.note, lines);
    await this.#keep(
      { size: checkpoint.size, note, atMs: clock.nowMs() },
      cosigned.map(({ asked }) => asked),
    );
    // What came after this round began waits since then at the latest.
    if ((this.#head?.size ?? 0) >= checkpoint.size && this.#waitingSinceMs !== undefined)
      this.#waitingSinceMs = Math.max(this.#waitingSinceMs, startMs);
  }

  /** What was given for this very checkpoint before the server was started again. */
  #findKept(checkpoint: SignedCheckpoint): { size: number; lines: NoteSignature[] } {
    const { text } = parseNote(checkpoint.note);
    const lines = this.#asked.flatMap(({ witness, kept }) => {
      const note = kept?.size === checkpoint.size ? parseNote(kept.note) : undefined;
      if (note?.text !== text) return [];
      return note.signatures.filter(({ name, id }) => name === witness.key.name && id === witness.key.id);
    });
    return { size: checkpoint.size, lines };
  }

  async #keep(head: CosignedHead, cosigners: readonly Asked[]): Promise<void> {
    const { policy, store } = this.#parts;
    const signed = policy.witnesses.filter(({ key }) =>
      this.#lines.lines.some(({ name, id }) => name === key.name && id === key.id),
    );
    const hasQuorum = isQuorumMet(
      policy.policy,
      signed.map(({ key }) => key),
    );
    const rows = new Map(cosigners.map(({ witness }) => [formatNoteKey(witness.key), head]));
    if (hasQuorum) rows.set(quorumRow, head);
    await writeCosigned(store, rows);
    for (const asked of cosigners) asked.kept = head;
    if (hasQuorum) this.#head = head;
  }

  /** One witness: where it has another size it is asked once more from there. */
  async #askOne(asked: Asked, checkpoint: SignedCheckpoint): Promise<readonly NoteSignature[]> {
    let reply = await this.#send(asked, asked.kept?.size ?? 0, checkpoint);
    if (reply.kind === 'conflict' && reply.size <= checkpoint.size && reply.size !== (asked.kept?.size ?? 0))
      reply = await this.#send(asked, reply.size, checkpoint);
    if (
      reply.kind === 'refused' &&
      (reply.status === 404 || reply.status === 403) &&
      (await this.#introduce(asked))
    )
      reply = await this.#send(asked, 0, checkpoint);
    this.#judge(asked, reply);
    return reply.kind === 'cosigned' ? reply.lines : [];
  }

  /** To a witness that does not know this ledger yet. */
  async #introduce({ witness: { url } }: Asked): Promise<boolean> {
    const { introduce, signal } = this.#parts;
    const introduction = url === undefined ? undefined : await introduce();
    if (url === undefined || introduction === undefined) return false;
    return await introduceLog({ url }, introduction, signal);
  }

  async #send(asked: Asked, oldSize: number, checkpoint: SignedCheckpoint): Promise<WitnessReply> {
    const { ledger, engine, signal } = this.#parts;
    const { key, url } = asked.witness;
    if (url === undefined) return { kind: 'unreachable' };
    // A witness that cosigned more than this checkpoint has answered a later one meanwhile.
    if (oldSize > checkpoint.size) return { kind: 'conflict', size: oldSize };
    const proof = await ledger.tree.consistency(oldSize, checkpoint.size);
    return await askWitness(engine, { key, url }, { oldSize, proof, checkpoint: checkpoint.note }, signal);
  }

  #judge(asked: Asked, reply: WitnessReply): void {
    const { clock, log, ledger } = this.#parts;
    const nowMs = clock.monotonicMs();
    const before = asked.state;
    asked.state = stateOf(reply);
    if (asked.state === 'cosigns') {
      asked.failures = 0;
      asked.notBeforeMs = nowMs + restMs;
      return;
    }
    asked.failures += 1;
    asked.notBeforeMs = nowMs + Math.min(retryMsMax, retryMsMin * 2 ** Math.min(asked.failures - 1, 10));
    if (asked.state !== before)
      log.write('witness.failed', {
        ledger: ledger.id,
        code: asked.state,
        ...(reply.kind === 'refused' ? { status: reply.status } : {}),
        ...(reply.kind === 'conflict' ? { index: reply.size } : {}),
      });
  }
}

function stateOf(reply: WitnessReply): WitnessState {
  switch (reply.kind) {
    case 'cosigned':
      return 'cosigns';
    case 'conflict':
      return 'other-history';
    case 'refused':
      // 422 is said of a proof: what the witness has is no beginning of ours.
      return reply.status === 422 ? 'other-history' : 'refuses';
    case 'invalid':
      return 'refuses';
    case 'unreachable':
      return 'unreachable';
  }
}
