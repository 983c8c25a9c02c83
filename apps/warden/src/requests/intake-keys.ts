/**
 * The keys that devices seal wraps to. The private halves are in memory only and new at every start and every hour; the two
 * newest are accepted, so a recorded box is dead within two hours.
 */
import {
  CryptoError,
  DependencyError,
  StrongroomError,
  encodeCbor,
  engineSizes,
  openIntakeBox,
  signLabelled,
  wipeBytes,
} from '@strongroom/core';
import type { Engine, SealContext, Wrap } from '@strongroom/core';
import type { Clock } from '../clock.ts';
import { wardenLimits } from '../limits.ts';
import type { IntakeKey } from '../protocol/messages.ts';

type Pair = {
  readonly seed: Uint8Array;
  readonly pk: Uint8Array;
  readonly from: number;
  readonly madeAtMs: number;
};

export class IntakeKeys {
  readonly #engine: Engine;
  readonly #clock: Clock;
  /** Newest first, at most two. */
  #pairs: Pair[] = [];
  #renewing: Promise<void> | undefined;
  #isWiped = false;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** The accepted keys, newest first, signed for a vault. */
  async list(vault: string, signingSeed: Uint8Array): Promise<IntakeKey[]> {
    await this.renew();
    return await Promise.all(
      this.#pairs.map(async ({ pk, from }) => {
        const until = from + 2 * wardenLimits.intakeKeyMs;
        const bytes = encodeCbor([vault, pk, from, until]);
        const signature = await signLabelled(this.#engine, { label: 'intake', seed: signingSeed, bytes });
        return { pk, from, until, signature };
      }),
    );
  }

  /** Opens a box under one of the accepted keys. @throws CryptoError DECRYPT_FAILED */
  async open(context: SealContext, box: Uint8Array): Promise<Wrap> {
    await this.renew();
    for (const { seed } of this.#pairs) {
      try {
        return await openIntakeBox(this.#engine, { intakeSeed: seed, context, box });
      } catch (error) {
        // Sealed to the other key, or to none: the last attempt decides.
        if (!(error instanceof StrongroomError)) throw error;
      }
    }
    throw new CryptoError('DECRYPT_FAILED');
  }

  /** Makes a key where the newest is an hour old and drops what is no longer accepted. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  /** Overwrites the private halves; nothing opens after this. */
  async wipe(): Promise<void> {
    this.#isWiped = true;
    await this.#renewing;
    for (const { seed } of this.#pairs) wipeBytes(seed);
    this.#pairs = [];
  }

  async #renew(): Promise<void> {
    if (this.#isWiped) throw new DependencyError('WARDEN_UNAVAILABLE', { reason: 'closed' });
    const now = this.#clock.monotonicMs();
    const newest = this.#pairs[0];
    if (newest === undefined || now - newest.madeAtMs >= wardenLimits.intakeKeyMs) {
      const seed = this.#engine.randomBytes(engineSizes.hpkeSeed);
      const pk = await this.#engine.hpkePublicKey(seed);
      this.#pairs.unshift({ seed, pk, from: this.#clock.nowMs(), madeAtMs: now });
    }
    const isAccepted = ({ madeAtMs }: Pair, place: number): boolean =>
      place < 2 && now - madeAtMs < 2 * wardenLimits.intakeKeyMs;
    for (const pair of this.#pairs) if (!isAccepted(pair, this.#pairs.indexOf(pair))) wipeBytes(pair.seed);
    this.#pairs = this.#pairs.filter(isAccepted);
  }
}
