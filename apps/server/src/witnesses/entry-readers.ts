/**
 * Witnesses that may read entries: those the operator lists, as far as they are witnesses, each request good once and for five minutes
 * (docs/spec/witness.md, section 6).
 *
 * Invariant: of two equal requests one is let through, also over a restart and where the clock is set back: what is forgotten, or was signed
 * before this process could remember it, lies at or below `#floorSeconds`, and nothing so old is let through.
 */
import { StrongroomError } from '@strongroom/core';
import { parseNote, verifyEntriesRequest } from '@strongroom/ledger';
import type { EntriesRequest, NoteKey, VerifiedEntriesRequest, VerifyEngine } from '@strongroom/ledger';
import type { Clock } from '../clock.ts';

const ageSecondsMax = 300;
/** How far a witness's clock may be ahead. */
const aheadSecondsMax = 60;
const rememberedMs = (ageSecondsMax + 2 * aheadSecondsMax) * 1000;

type Used = { readonly signedAtSeconds: number; readonly forgetAtMs: number };

/** What was asked, by the bytes of the signature, which are the same for the same request. */
export class EntryReaders {
  readonly #names: ReadonlySet<string>;
  readonly #engine: VerifyEngine;
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly #used: Map<string, Used> = new Map();
  #floorSeconds: number;

  constructor(parts: {
    /** Key names that the operator lists. */
    readonly names: readonly string[];
    readonly engine: VerifyEngine;
    readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  }) {
    this.#names = new Set(parts.names);
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#floorSeconds = this.#nowSeconds() + aheadSecondsMax;
  }

  /** The bundle that a listed witness of these asks for, of this ledger; undefined for whoever may not have it, whatever the reason. */
  async admit(options: {
    readonly origin: string;
    readonly request: string;
    readonly witnesses: readonly NoteKey[];
  }): Promise<EntriesRequest | undefined> {
    const listed = options.witnesses.filter(({ name }) => this.#names.has(name));
    if (listed.length === 0) return undefined;
    let asked: VerifiedEntriesRequest;
    let token: string | undefined;
    try {
      asked = await verifyEntriesRequest(this.#engine, options.request, listed);
      token = parseNote(options.request).signatures[0]?.bytes.join();
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined;
      throw cause;
    }
    if (token === undefined || asked.origin !== options.origin) return undefined;
    return this.#isNew(token, asked.signedAtSeconds) ? asked : undefined;
  }

  #isNew(token: string, signedAtSeconds: number): boolean {
    this.#forget();
    const now = this.#nowSeconds();
    const isInTime = signedAtSeconds >= now - ageSecondsMax && signedAtSeconds <= now + aheadSecondsMax;
    if (!isInTime || signedAtSeconds <= this.#floorSeconds || this.#used.has(token)) return false;
    this.#used.set(token, { signedAtSeconds, forgetAtMs: this.#clock.monotonicMs() + rememberedMs });
    return true;
  }

  #forget(): void {
    const now = this.#clock.monotonicMs();
    for (const [token, { signedAtSeconds, forgetAtMs }] of this.#used) {
      if (forgetAtMs > now) return;
      this.#floorSeconds = Math.max(this.#floorSeconds, signedAtSeconds);
      this.#used.delete(token);
    }
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.nowMs() / 1000);
  }
}
