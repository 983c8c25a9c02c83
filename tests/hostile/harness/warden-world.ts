/**
 * A firm whose server is the test: it writes what it likes into the ledgers and hands it to a real warden, past every check of
 * the honest server. Statements carry right signatures unless a test gives others, so that what refuses them is the rule that
 * the test is about.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chainHeadOf,
  checkEntry,
  createOfficeState,
  createVaultState,
  decodeEntry,
  encodeEntry,
  judge,
  payloadCommitment,
  signBody,
  signersOf,
  verifySignatures,
} from '@strongroom/authority';
import type {
  Body,
  BodyKind,
  BodyOf,
  BodySigner,
  ChainId,
  EntryPlace,
  OfficeState,
  PositionRows,
  States,
  VaultState,
} from '@strongroom/authority';
import { concatBytes, newId, officeId } from '@strongroom/core';
import type { DeviceId, Engine, UnlockId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { connectWarden, startWarden } from '@strongroom/warden';
import type { AppendItem, AppendResult, WardenClient, WardenProcess } from '@strongroom/warden';
import type { Keys } from './members.ts';
import { connectTestControl } from './test-control-client.ts';
import type { TestControlClient } from './test-control-client.ts';

type Own<B extends Body> = Omit<B, 'k' | 'l' | 'd' | 't' | 'pos' | 'c'>;
type Given<K extends BodyKind> = Own<BodyOf<K>> extends infer F ? F : never;

/** How a statement departs from a right one. */
export interface Departure {
  readonly ledger?: VaultId;
  /** Fields of the body that are set last. */
  readonly change?: Readonly<Record<string, unknown>>;
  readonly signers?: readonly BodySigner[];
  readonly sealed?: readonly Uint8Array[];
}

/** What goes beside an entry. */
export interface Beside {
  readonly payload?: Uint8Array;
  readonly wraps?: readonly Uint8Array[];
  readonly sealed?: readonly Uint8Array[];
}

/** What the warden made of an entry, and what a reader of the ledger makes of it. */
export interface Submitted extends AppendResult {
  readonly entry: Uint8Array;
  /** The void code of `packages/authority`, folding the same entries. */
  readonly judged: string | undefined;
}

/** A ledger as the hostile server keeps it. */
export interface PaperLedger {
  readonly entries: Uint8Array[];
  root: Uint8Array;
  atMs: number;
  checkpoint: string;
}

/** The warden and the test's server. */
export class WardenWorld {
  readonly engine: Engine = createNodeEngine();
  readonly home: string = mkdtempSync(join(tmpdir(), 'sr-hostile-'));
  readonly office: OfficeState = createOfficeState({ records: true });
  readonly vaults: Map<VaultId, VaultState> = new Map();
  readonly ledgers: Map<VaultId, PaperLedger> = new Map();
  readonly vault: VaultId;
  client!: WardenClient;
  control!: TestControlClient;
  origin = '';
  #process!: WardenProcess;
  #shiftMs = 0;
  #unanswered: { readonly ledger: VaultId; readonly item: AppendItem } | undefined;

  constructor(vault?: VaultId) {
    this.vault = vault ?? newId(this.engine, 'vlt');
  }

  /** Starts a warden on the world's home, or again after it ended. */
  async start(): Promise<void> {
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    const testControl = join(this.home, 'control');
    this.#process = await startWarden({ home: join(this.home, 'warden'), testControl });
    this.client = connectWarden(this.#process.socketPath);
    this.control = await connectTestControl(testControl);
  }

  /** Ends the warden; what it keeps stays. */
  async stop(): Promise<void> {
    this.control.close();
    await this.client.close();
    await this.#process.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** The world's clock: the warden's, as far as test control moved it. */
  nowMs(): number {
    return Date.now() + this.#shiftMs;
  }

  async advance(ms: number): Promise<void> {
    await this.control.advance(ms);
    this.#shiftMs += ms;
  }

  states(ledger: VaultId): States {
    const vault = this.vaults.get(ledger);
    return vault === undefined ? { office: this.office } : { office: this.office, vault };
  }

  addVault(vault: VaultId): void {
    this.vaults.set(vault, createVaultState(vault, { records: true }));
  }

  ledger(ledger: VaultId): PaperLedger {
    let found = this.ledgers.get(ledger);
    if (found === undefined) {
      found = { entries: [], root: this.engine.sha256(), atMs: 0, checkpoint: '' };
      this.ledgers.set(ledger, found);
    }
    return found;
  }

  positions(ledger: VaultId): PositionRows {
    const [office, vault] = [this.ledger(officeId), this.ledger(ledger)];
    const o = [0, office.entries.length, office.root] as const;
    return ledger === officeId ? { o } : { o, v: [0, vault.entries.length, vault.root] };
  }

  /** The body of a statement in the next place of its chain. */
  bodyOf<K extends BodyKind>(
    by: Pick<Keys<DeviceId | UnlockId>, 'id'>,
    kind: K,
    chain: ChainId,
    fields: Given<K>,
    departure: Departure = {},
  ): Body {
    const ledger = departure.ledger ?? officeId;
    const { n, head } = chainHeadOf(this.states(ledger), chain);
    const base = {
      k: kind,
      l: ledger,
      d: by.id,
      t: this.nowMs(),
      pos: this.positions(ledger),
      c: [chain, n, head],
    };
    return Object.assign(base, fields, departure.change) as unknown as Body;
  }

  /** Signs a statement and hands it in. */
  async act<K extends BodyKind>(
    by: Keys<DeviceId>,
    kind: K,
    chain: ChainId,
    fields: Given<K>,
    departure: Departure = {},
  ): Promise<Submitted> {
    const body = this.bodyOf(by, kind, chain, fields, departure);
    const beside = departure.sealed === undefined ? {} : { sealed: departure.sealed };
    return await this.submit(body, departure.signers ?? [by], beside);
  }

  /** As `act`, for a statement that must hold. */
  async must<K extends BodyKind>(
    by: Keys<DeviceId>,
    kind: K,
    chain: ChainId,
    fields: Given<K>,
    departure: Departure = {},
  ): Promise<Submitted> {
    const submitted = await this.act(by, kind, chain, fields, departure);
    if (submitted.void !== undefined) throw new Error(`${kind} is void: ${submitted.void}`);
    return submitted;
  }

  /** Signs a body and hands it in as the next entry of its ledger. */
  async submit(body: Body, signers: readonly BodySigner[], beside: Beside = {}): Promise<Submitted> {
    const signed = await signBody(this.engine, { body, signers });
    return await this.append(body.l, signed, beside);
  }

  /** Appends signed bytes, lets the warden see them, and hands the warden's own entries back to it. */
  async append(
    ledger: VaultId,
    signed: { readonly body: Uint8Array; readonly sigs: Awaited<ReturnType<typeof signBody>>['sigs'] },
    beside: Beside = {},
  ): Promise<Submitted> {
    const { payload, wraps, sealed } = beside;
    const paper = this.ledger(ledger);
    paper.atMs = Math.max(paper.atMs, this.nowMs());
    const entry = encodeEntry({
      officeSize: ledger === officeId ? null : this.office.size,
      atMs: paper.atMs,
      ...signed,
      payload:
        payload === undefined
          ? null
          : payloadCommitment(this.engine, payload.subarray(0, 32), payload.subarray(32)),
    });
    const item: AppendItem = {
      entry,
      ...(payload === undefined ? {} : { payload }),
      ...(wraps === undefined ? {} : { wraps }),
      ...(sealed === undefined ? {} : { sealed }),
    };
    this.#unanswered = { ledger, item };
    return await this.resend();
  }

  /** Hands in once more what the warden did not answer, as a server does that has it in its database. */
  async resend(): Promise<Submitted> {
    if (this.#unanswered === undefined) throw new Error('nothing is waiting for an answer');
    const { ledger, item } = this.#unanswered;
    const { entry } = item;
    const paper = this.ledger(ledger);
    const index = paper.entries.length;
    const answer = await this.client.append({ ledger, from: index, items: [item] });
    this.#unanswered = undefined;
    paper.entries.push(entry);
    paper.root = answer.root;
    paper.checkpoint = answer.checkpoint;
    this.origin = answer.origin;
    const result = answer.results[0];
    if (result === undefined) throw new Error('the warden answered nothing');
    const judged = await this.#judgeApart(entry, { index, ledger });
    await judge(this.engine, this.states(ledger), entry, {
      index,
      ledger,
      isRefused: result.void !== undefined,
    });
    for (const { ledger: of, body, signature } of answer.own) {
      await this.append(of as VaultId, { body, sigs: [['warden', signature]] });
    }
    return { ...result, entry, judged };
  }

  /** Entries that the warden makes by its own clock. */
  async tick(): Promise<void> {
    const { own } = await this.client.tick();
    for (const { ledger, body, signature } of own) {
      await this.append(ledger as VaultId, { body, sigs: [['warden', signature]] });
    }
  }

  /** What `packages/authority` says of an entry, before it is folded. */
  async #judgeApart(bytes: Uint8Array, place: EntryPlace): Promise<string | undefined> {
    const states = this.states(place.ledger);
    const verdict = checkEntry(this.engine, states, bytes, place);
    if (verdict.kind === 'void') return verdict.code;
    const entry = decodeEntry(bytes);
    const signers = signersOf(states, entry, place) ?? [];
    return (await verifySignatures(this.engine, entry, signers)) ? undefined : 'VOID_SIGNATURE';
  }

  /** A payload with its salt in front. */
  payloadOf(bytes: Uint8Array): Uint8Array {
    return concatBytes(this.engine.randomBytes(32), bytes);
  }
}
