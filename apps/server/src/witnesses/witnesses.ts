/** Witnesses of all ledgers: who is asked, what they gave, and whether it came in time. Without a policy nobody is asked. */
import type { OfficeState } from '@strongroom/authority';
import { DependencyError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { EntriesRequest, VerifyEngine } from '@strongroom/ledger';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Ledgers, SignedCheckpoint } from '../sequencer/index.ts';
import type { VaultFolders } from '../storage/index.ts';
import type { WardenLink } from '../warden-link.ts';
import type { CosignedHead } from './cosigned-rows.ts';
import { EntryReaders } from './entry-readers.ts';
import { LedgerWitnessing } from './ledger-witnessing.ts';
import type { WitnessingReport } from './ledger-witnessing.ts';
import { RoundPace } from './round-pace.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** The witnesses as features see them. */
export interface Witnesses {
  /** Undefined: no witness is configured, and nobody but the operator vouches for a head. */
  readonly policy: WitnessPolicy | undefined;
  /** The newest head of a ledger that the quorum has cosigned. */
  findHead(ledger: VaultId): CosignedHead | undefined;
  report(ledger: VaultId): WitnessingReport | undefined;
  /** A checkpoint's note with the cosignatures that were given for it. */
  decorate(ledger: VaultId, checkpoint: SignedCheckpoint): string;
  /**
   * A witnessed head of at least this size, for what may not be answered without one; undefined where no witness is configured.
   * @throws DependencyError WITNESS_UNAVAILABLE if there is none in time
   */
  settle(ledger: VaultId, sizeMin: number): Promise<CosignedHead | undefined>;
  /** Who may read entries, as the operator lists them, and whether a witness in force has that name. */
  readonly readers: readonly { readonly name: string; readonly isWitness: boolean }[];
  /** The bundle that is asked for by a witness who may read entries; undefined for anybody else. The same request is good once. */
  admitReader(ledger: VaultId, request: string): Promise<EntriesRequest | undefined>;
  /** Asks for all ledgers where it is time to. */
  tick(): Promise<void>;
  stop(): void;
}

const settleMsMax = 10_000;

export function createWitnesses(parts: {
  /** Whom to ask, as the office stands. */
  readonly policyOf: (office: OfficeState) => WitnessPolicy | undefined;
  /** Key names of the witnesses that may read entries. */
  readonly readers: readonly string[];
  readonly ledgers: Ledgers;
  readonly folders: VaultFolders;
  readonly warden: WardenLink;
  readonly engine: VerifyEngine;
  readonly clock: Clock;
  readonly log: Log;
}): Witnesses {
  const { policyOf, ledgers, folders, warden } = parts;
  const stopping = new AbortController();
  const readers = new EntryReaders({ names: parts.readers, engine: parts.engine, clock: parts.clock });
  const pace = new RoundPace(parts.clock);
  let open = new Map<VaultId, LedgerWitnessing>();
  let policyOpen: WitnessPolicy | undefined;

  /** The policy in force; with another one everything is opened anew from what is kept. */
  function current(): WitnessPolicy | undefined {
    const policy = policyOf(ledgers.officeState);
    if (policy !== policyOpen) {
      policyOpen = policy;
      open = new Map();
    }
    return policy;
  }

  async function find(id: VaultId): Promise<LedgerWitnessing | undefined> {
    const ledger = ledgers.find(id);
    const policy = current();
    if (policy === undefined || ledger === undefined) return undefined;
    const among = open;
    const known = among.get(id);
    if (known !== undefined) return known;
    const { store } = folders.open(id);
    const introduce = async (): Promise<string | undefined> => {
      if (id === ledgers.office.id) return undefined;
      // The warden may be away; the witness is asked again.
      const prepared = await warden
        .call((client) => client.prepareLedger({ ledger: id }))
        .catch(() => undefined);
      return prepared?.introduction;
    };
    const { signal } = stopping;
    const made = await LedgerWitnessing.open({ ...parts, policy, ledger, store, signal, pace, introduce });
    // Another may have opened it meanwhile.
    const first = among.get(id) ?? made;
    among.set(id, first);
    return first;
  }

  function look(id: VaultId): LedgerWitnessing | undefined {
    return current() === undefined ? undefined : open.get(id);
  }

  return {
    get policy() {
      return current();
    },
    get readers() {
      const names = new Set(current()?.witnesses.map(({ key }) => key.name));
      return parts.readers.map((name) => ({ name, isWitness: names.has(name) }));
    },
    findHead: (id) => look(id)?.report().head,
    report: (id) => look(id)?.report(),
    decorate: (id, checkpoint) => look(id)?.decorate(checkpoint) ?? checkpoint.note,
    async settle(id, sizeMin) {
      const witnessing = await find(id);
      if (witnessing === undefined) return undefined;
      const head = await witnessing.settle(sizeMin, settleMsMax);
      if (head === undefined) throw new DependencyError('WITNESS_UNAVAILABLE', { ledger: id });
      return head;
    },
    async admitReader(id, request) {
      const note = ledgers.find(id)?.findCheckpoint()?.note;
      if (note === undefined) return undefined;
      const [origin = ''] = note.split('\n', 1);
      const witnesses = (current()?.witnesses ?? []).map(({ key }) => key);
      return await readers.admit({ origin, request, witnesses });
    },
    async tick() {
      if (current() === undefined) return;
      await Promise.all(
        [ledgers.office.id, ...ledgers.vaults()].map(async (id) => await (await find(id))?.tick()),
      );
    },
    stop: () => stopping.abort(),
  };
}
