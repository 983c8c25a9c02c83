/** Parts on their way: a few at once, in order. What waits in the stage needs no memory; what does not holds the sealing up. */
import type { DeviceContext } from '../device/context.ts';
import { ConflictError } from '@strongroom/core';
import type { PartStage } from './part-stage.ts';
import type { UploadJournal } from './upload-journal.ts';

const partsInFlightMax = 3;
/** Staged parts whose bytes are kept besides, so that they are not read again. */
const partsInMemoryMax = 4;

/** A part that is sealed. */
export interface SealedPart {
  readonly part: number;
  readonly leaves: readonly Uint8Array[];
  readonly bytes?: Uint8Array;
  readonly isStaged: boolean;
}

/** Whose parts they are, where they wait, and who hears of them. */
export interface SenderParts {
  readonly journal: UploadJournal;
  readonly stage: PartStage;
  readonly onSent: (part: number) => void;
  readonly signal: AbortSignal | undefined;
}

export class PartSender {
  readonly #context: DeviceContext;
  readonly #by: SenderParts;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #waiting: SealedPart[] = [];
  #failure: { readonly cause: unknown } | undefined;

  constructor(context: DeviceContext, by: SenderParts) {
    this.#context = context;
    this.#by = by;
  }

  /** Whether a part could not be sent: nothing more is worth sealing. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Takes a part. One that is not staged is waited for until it is on its way. */
  async add(part: SealedPart): Promise<void> {
    const inMemory = this.#waiting.filter(({ bytes }) => bytes !== undefined).length;
    const { bytes: _bytes, ...named } = part;
    this.#waiting.push(part.isStaged && inMemory >= partsInMemoryMax ? named : part);
    this.#pump();
    while (!part.isStaged && this.#waiting.length > 0 && !this.hasFailed) await Promise.race(this.#inFlight);
  }

  /** Waits for all; throws what went wrong first. @throws ConflictError SOURCE_NEEDED for a part that waits no more */
  async finish(): Promise<void> {
    await this.#settle();
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  /** Begins no more, and waits until nothing is on its way any more. */
  async stop(): Promise<void> {
    this.#waiting.length = 0;
    await this.#settle();
  }

  async #settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #pump(): void {
    while (this.#inFlight.size < partsInFlightMax && !this.hasFailed) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const sending: Promise<void> = this.#send(next)
        .catch((cause: unknown) => {
          this.#failure ??= { cause };
        })
        .finally(() => {
          this.#inFlight.delete(sending);
          this.#pump();
        });
      this.#inFlight.add(sending);
    }
  }

  async #send({ part, leaves, bytes }: SealedPart): Promise<void> {
    const { journal, stage, onSent, signal } = this.#by;
    const { vault, upload } = journal;
    signal?.throwIfAborted();
    const sent = bytes ?? (await stage.find(part, leaves));
    // Cleared away, or not as it was sealed: it has to be sealed again.
    if (sent === undefined) throw new ConflictError('SOURCE_NEEDED', { upload, part });
    await this.#context.api.call('putPart', {
      params: { vault, upload, part },
      body: sent,
      attemptsMax: 6,
      ...(signal === undefined ? {} : { signal }),
    });
    await stage.drop(part);
    onSent(part);
  }
}
