/**
 * Verifying a whole ledger: every entry is fetched, the root is computed anew and compared with the verified head, and each entry is judged
 * anew by the authority, from nothing (attacks J3, F11). An entry that a `warden.refused` line names is void.
 */
import { compareBytes, encodeHex, IntegrityError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import {
  advanceOffice,
  createOfficeState,
  createVaultState,
  decodeEntry,
  judge,
} from '@strongroom/authority';
import type { Entry, OfficeState, States } from '@strongroom/authority';
import { leafHash, RightEdge } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { LedgerVerification, OnProgress } from '../device/device.ts';

const linesPerCall = 1_000;

/** All entries of a ledger up to a size, in order. */
async function fetchEntries(
  context: DeviceContext,
  options: { readonly ledger: VaultId; readonly size: number; readonly onProgress?: OnProgress },
): Promise<Uint8Array[]> {
  const { ledger, size } = options;
  const entries: Uint8Array[] = [];
  while (entries.length < size) {
    const answer = await context.api.call('getLines', {
      params: { ledger },
      query: { from: entries.length, count: Math.min(linesPerCall, size - entries.length) },
    });
    if (answer.lines.length === 0)
      throw new IntegrityError('LEDGER_WENT_BACK', { ledger, size: entries.length, known: size });
    for (const { index, entry } of answer.lines) {
      if (index !== entries.length) throw new IntegrityError('LIST_INCOMPLETE', { ledger, index });
      entries.push(entry);
    }
    options.onProgress?.({ doneBytes: entries.length, totalBytes: size });
  }
  return entries;
}

/**
 * @throws AccessError ACCESS_DENIED to whoever may not read the whole ledger; IntegrityError LEDGER_FORKED if the root is another
 */
export async function verifyLedger(
  context: DeviceContext,
  options: { readonly ledger: VaultId; readonly onProgress?: OnProgress },
): Promise<LedgerVerification> {
  const { ledger } = options;
  const { book } = context;
  await book.syncLedger(ledger);
  const officeHead = book.anchor(officeId).head;
  const office = await replay(context, { ledger: officeId, size: officeHead.size, root: officeHead.root });
  const head = book.anchor(ledger).head;
  const replayed =
    ledger === officeId
      ? office
      : await replay(context, {
          ledger,
          size: head.size,
          root: head.root,
          office: office.office,
          ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
        });
  return {
    ledger,
    origin: book.anchor(ledger).origin,
    size: head.size,
    root: encodeHex(head.root),
    entries: head.size,
    voids: replayed.voids,
    disagreements: replayed.disagreements,
  };
}

interface Replayed {
  readonly office: OfficeState;
  readonly voids: number;
  readonly disagreements: LedgerVerification['disagreements'];
}

async function replay(
  context: DeviceContext,
  options: {
    readonly ledger: VaultId;
    readonly size: number;
    readonly root: Uint8Array;
    readonly office?: OfficeState;
    readonly onProgress?: OnProgress;
  },
): Promise<Replayed> {
  const { ledger, size, root } = options;
  const { engine } = context.env;
  const entries = await fetchEntries(context, options);
  const edge = RightEdge.create(engine);
  for (const entry of entries) edge.append(leafHash(engine, entry));
  if (compareBytes(edge.root(), root) !== 0) throw new IntegrityError('LEDGER_FORKED', { ledger, size });
  const decoded = entries.map(decodeOrUndefined);
  const refused = new Map<number, string>();
  for (const entry of decoded) {
    if (entry?.body.k === 'warden.refused') refused.set(entry.body.index, entry.body.code);
  }
  const office = options.office ?? createOfficeState({ records: true });
  const states: States =
    ledger === officeId ? { office } : { office, vault: createVaultState(ledger, { records: true }) };
  let voids = 0;
  const disagreements: { index: number; code: string }[] = [];
  for (const [index, entry] of entries.entries()) {
    const isRefused = refused.has(index);
    const verdict = await judge(engine, states, decoded[index] ?? entry, { index, ledger, isRefused });
    if (verdict.kind === 'void') voids += 1;
    // What the authority calls void, the warden must have refused in the ledger; else it was applied, or passed over in silence.
    if (verdict.kind === 'void' && !isRefused) disagreements.push({ index, code: verdict.code });
  }
  if (ledger === officeId) advanceOffice(office, size);
  return { office, voids, disagreements };
}

function decodeOrUndefined(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    // Bytes that are no entry are void, and counted as such.
    return undefined;
  }
}
