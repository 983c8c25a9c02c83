/**
 * Chains that were asked for anew take the place of those that are held: first all of it in one value, then the change itself, which a device
 * that ended in between goes on with when it is opened. So there is never a moment without either.
 */
import { decodeCbor, encodeCbor, officeId } from '@strongroom/core';
import type { CborValue, VaultId } from '@strongroom/core';
import type { ChainId } from '@strongroom/authority';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { EntryLog } from './entry-log.ts';
import type { ChainHeads, KeptChains } from './kept-chains.ts';
import type { LedgerHead } from './ledger-anchor.ts';
import { writeStoredHead } from './stored-head.ts';

const name = 'next-chains';
const limits = { sizeBytesMax: 2 ** 31, depthMax: 8 } as const;

type EditionRow = readonly [
  edition: number,
  size: number,
  root: Uint8Array,
  note: string,
  kept: readonly (readonly [VaultId, readonly (readonly [ChainId, number, Uint8Array])[]])[],
];
type Row = readonly [
  logs: readonly (readonly [VaultId, readonly (readonly [number, Uint8Array])[]])[],
  edition: EditionRow | null,
];

/** Makes them durable beside what is held. */
export async function keepNext(
  store: SealedStore,
  {
    logs,
    edition,
  }: {
    readonly logs: ReadonlyMap<VaultId, EntryLog>;
    /** Where they are those of the next edition of the office: its head, and what is to be compared yet. */
    readonly edition?: {
      readonly head: LedgerHead;
      readonly note: string;
      readonly kept: ReadonlyMap<VaultId, ChainHeads>;
    };
  },
): Promise<void> {
  const rows: CborValue = [...logs].map(([ledger, log]) => [
    ledger,
    log.indexes().map((index) => [index, log.find(index)?.bytes ?? new Uint8Array(0)]),
  ]);
  const next: CborValue =
    edition === undefined
      ? null
      : [
          edition.head.edition,
          edition.head.size,
          edition.head.root,
          edition.note,
          [...edition.kept].map(([ledger, heads]) => [
            ledger,
            [...heads].map(([chain, { n, head }]) => [chain, n, head]),
          ]),
        ];
  await store.writeBytes(name, encodeCbor([rows, next], limits));
}

/** Puts what lies there, if anything, in the place of what is held. */
export async function takeNext(store: SealedStore, kept: KeptChains): Promise<void> {
  const bytes = await store.readBytes(name);
  if (bytes === undefined) return;
  const [logs, edition] = decodeCbor(bytes, limits) as unknown as Row;
  for (const folder of ['fold/', 'entries/']) await removeAll(store, folder);
  for (const [ledger, entries] of logs) {
    const batch: CborValue = entries.map(([index, entry]) => [index, entry]);
    await store.writeBytes(`entries/${ledger}/00000000`, encodeCbor(batch, limits));
  }
  if (edition !== null) {
    const [number, size, root, note, heads] = edition;
    for (const [ledger, chains] of heads)
      await kept.write(ledger, new Map(chains.map(([chain, n, head]) => [chain, { n, head }])));
    for (const folder of ['lines/', 'witnessed/']) await removeAll(store, folder);
    await writeStoredHead(store, officeId, { edition: number, size, root }, note);
  }
  await store.remove(name);
}

async function removeAll(store: SealedStore, folder: string): Promise<void> {
  for (const each of await store.list(folder)) await store.remove(each);
}
