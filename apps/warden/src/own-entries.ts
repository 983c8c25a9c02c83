/** Makes the warden's own entries: bodies of a moment, signed with its identity key (docs/spec/statements.md section 6). */
import { editionOf, signBody } from '@strongroom/authority';
import type { Body, PositionRows, WardenBody } from '@strongroom/authority';
import { officeId, signLabelled, verifyLabelled } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import type { WardenState } from './state/warden-state.ts';
import type { OwnRecord } from './tables/journal-record.ts';
import type { Tables } from './tables/tables.ts';

type Distribute<B> = B extends WardenBody ? Omit<B, 'l' | 'd' | 't' | 'pos'> : never;
/** A body without what every body of the warden has. */
export type WardenContent = Distribute<WardenBody>;

/** Signs one of the warden's entries at the tables' present positions. */
export async function makeOwnEntry(
  engine: Engine,
  options: {
    readonly tables: Tables;
    readonly seed: Uint8Array;
    readonly ledger: string;
    readonly content: WardenContent;
    readonly nowMs: number;
  },
): Promise<OwnRecord> {
  const { tables, ledger, content, nowMs } = options;
  const complete = {
    ...content,
    l: ledger as VaultId,
    d: 'warden',
    t: nowMs,
    pos: positionsOf(tables, ledger),
  };
  const { body, sigs } = await signBody(engine, {
    body: complete as Body,
    signers: [{ id: 'warden', seed: options.seed }],
  });
  const [, signature] = sigs[0] ?? ['warden', new Uint8Array(0)];
  return { body, signature };
}

/** What the warden before left outstanding is this one's to say: the same bodies, under its own key. */
export async function signOwnAgain(
  engine: Engine,
  tables: Tables,
  { number, signSeed, publicKey }: WardenState,
): Promise<void> {
  if (number <= 1) return;
  const label = 'warden-entry';
  for (const table of tables.ledgers.values())
    table.own = await Promise.all(
      table.own.map(async (entry) => {
        const { body: bytes, signature } = entry;
        if (await verifyLabelled(engine, { label, publicKey, bytes, signature })) return entry;
        return { ...entry, signature: await signLabelled(engine, { label, seed: signSeed, bytes }) };
      }),
    );
}

function positionsOf(tables: Tables, ledger: string): PositionRows {
  const office = tables.ledger(officeId);
  const o = [editionOf(tables.office, officeId), office.size, office.root()] as const;
  if (ledger === officeId) return { o };
  const vault = tables.ledger(ledger);
  return { o, v: [editionOf(tables.office, ledger as VaultId), vault.size, vault.root()] };
}
