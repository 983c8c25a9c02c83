/**
 * What showed this device that a ledger has two histories, went back, left something out, or has no witness any more: saved under its own seal
 * when it is seen, with the signed words that show it, and kept until somebody has taken it away. Spec: docs/spec/requests.md section 3.
 */
import { encodeBase64, IntegrityError, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';

/** What was seen. `withheld`: entries that the warden's word speaks of were not given. */
export type HistoryAlarmKind = 'forked' | 'went-back' | 'withheld' | 'unwitnessed';

/** Signed words, as far as there are any. */
export interface HistoryEvidence {
  /** The ledger's verifier key. */
  readonly vkey: string;
  /** The newest note that this device had verified, and its size. */
  readonly known?: { readonly size: number; readonly note?: string };
  /** The note that does not go with it. */
  readonly given?: string;
  /** What was given as the proof between the two. */
  readonly proof?: readonly Uint8Array[];
  /** The warden's signed heads. */
  readonly heads?: Uint8Array;
}

/** One alarm. */
export interface HistoryAlarm {
  readonly id: string;
  readonly kind: HistoryAlarmKind;
  readonly ledger: VaultId;
  readonly atMs: number;
  /** Size that was verified here. */
  readonly knownSize: number;
}

type Stored = HistoryAlarm & { readonly evidence: HistoryEvidence };
type AlarmRow = readonly [
  string,
  VaultId,
  number,
  string,
  number,
  string | null,
  string | null,
  readonly Uint8Array[],
  Uint8Array | null,
];

const folder = 'alarms/';
const alarmsMax = 64;
const format = 'strongroom/ledger-evidence/v1';

/** Saves them, in order. */
export class HistoryAlarms {
  readonly #store: SealedStore;
  readonly #clock: Clock;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #raised = new WeakSet<object>();

  constructor(by: { readonly store: SealedStore; readonly clock: Clock }) {
    this.#store = by.store;
    this.#clock = by.clock;
  }

  /** Saves what was seen; the same thing seen again is one alarm. Never throws: what stops the device is the error itself. */
  raise(ledger: VaultId, kind: HistoryAlarmKind, evidence: HistoryEvidence): void {
    const atMs = this.#clock.nowMs();
    this.#queue = this.#queue
      .then(async () => await this.#save({ ledger, kind, evidence, atMs }))
      .catch(() => undefined);
  }

  /** Saves what an error says, if it says such a thing and nobody saved it with more. */
  raiseFor(cause: unknown, ledger: VaultId, evidence: HistoryEvidence): void {
    if (!(cause instanceof StrongroomError) || this.#raised.has(cause)) return;
    const kind = kindOf(cause);
    if (kind === undefined) return;
    this.#raised.add(cause);
    this.raise(ledger, kind, evidence);
  }

  /** All of them, newest first. */
  async list(): Promise<HistoryAlarm[]> {
    await this.#queue;
    return (await this.#read()).map(({ evidence: _evidence, ...alarm }) => alarm).toReversed();
  }

  /** One as a file for others: JSON with the notes as they were signed. Undefined for one that is not there. */
  async file(id: string): Promise<string | undefined> {
    await this.#queue;
    const found = (await this.#read()).find((alarm) => alarm.id === id);
    if (found === undefined) return undefined;
    const { kind, ledger, atMs, knownSize, evidence } = found;
    const { vkey, known, given, proof = [], heads } = evidence;
    return `${JSON.stringify(
      {
        format,
        kind,
        ledger,
        seenAt: new Date(atMs).toISOString(),
        vkey,
        known: { size: knownSize, ...(known?.note === undefined ? {} : { note: known.note }) },
        ...(given === undefined ? {} : { given }),
        ...(proof.length === 0 ? {} : { proof: proof.map(encodeBase64) }),
        ...(heads === undefined ? {} : { heads: encodeBase64(heads) }),
      },
      undefined,
      2,
    )}\n`;
  }

  async #save(alarm: Omit<Stored, 'id' | 'knownSize'>): Promise<void> {
    const all = await this.#read();
    const row = encodeRow(alarm);
    const isSame = (other: Stored): boolean => {
      const [kind, ledger, , , , , given] = encodeRow(other);
      return kind === row[0] && ledger === row[1] && given === row[6];
    };
    if (all.some(isSame) || all.length >= alarmsMax) return;
    const id = String(Number(all.at(-1)?.id ?? '0') + 1).padStart(8, '0');
    await this.#store.write(folder + id, row);
  }

  async #read(): Promise<Stored[]> {
    const names = (await this.#store.list(folder)).toSorted();
    const found: Stored[] = [];
    for (const name of names) {
      const value = await this.#store.read(name);
      if (value !== undefined) found.push(decodeRow(name.slice(folder.length), value as unknown as AlarmRow));
    }
    return found;
  }
}

function kindOf(cause: StrongroomError): HistoryAlarmKind | undefined {
  if (!(cause instanceof IntegrityError)) return undefined;
  if (cause.code === 'LEDGER_FORKED') return 'forked';
  if (cause.code === 'LEDGER_WENT_BACK') return 'went-back';
  return cause.code === 'CHAIN_INVALID' && cause.details['reason'] === 'withheld' ? 'withheld' : undefined;
}

function encodeRow({ kind, ledger, atMs, evidence }: Omit<Stored, 'id' | 'knownSize'>): AlarmRow {
  const { vkey, known, given, proof = [], heads } = evidence;
  return [
    kind,
    ledger,
    atMs,
    vkey,
    known?.size ?? 0,
    known?.note ?? null,
    given ?? null,
    proof,
    heads ?? null,
  ];
}

function decodeRow(id: string, row: AlarmRow): Stored {
  const [kind, ledger, atMs, vkey, size, note, given, proof, heads] = row;
  return {
    id,
    kind: kind as HistoryAlarmKind,
    ledger,
    atMs,
    knownSize: size,
    evidence: {
      vkey,
      known: { size, ...(note === null ? {} : { note }) },
      ...(given === null ? {} : { given }),
      ...(proof.length === 0 ? {} : { proof }),
      ...(heads === null ? {} : { heads }),
    },
  };
}
