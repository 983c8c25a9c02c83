/**
 * Who has cosigned a ledger. Where a statement of the firm names witnesses: what this device has verified by it. Else as the server tells: the
 * cosigned head is this ledger's, consistent with what is verified here, and carries the cosignatures of the keys that the server names; that
 * these keys are in other hands than the operator's is not shown by it.
 */
import { IntegrityError, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { witnessesInForce } from '@strongroom/authority';
import { formatNoteKey, parseNoteKey, parsePolicy, verifyCheckpointByPolicy } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { Witnessing } from '../device/device.ts';

/** @throws IntegrityError ANSWER_INVALID, LEDGER_FORKED; the server's refusals */
export async function readWitnessing(context: DeviceContext, ledger: VaultId): Promise<Witnessing> {
  const { api, book, env } = context;
  await book.syncLedger(ledger);
  const answer = await api.call('getWitnesses', { params: { ledger } });
  if (witnessesInForce(book.office) !== undefined) return readNamed(context, ledger, answer.isLate);
  if (answer.policy === undefined) return { kind: 'operator-only' };
  const { isLate, head } = answer;
  if (head === undefined) return { kind: 'told', isLate, size: 0, atMs: 0, witnesses: [] };
  const anchor = book.anchor(ledger);
  await anchor.accept(head.note);
  try {
    const policy = { ...parsePolicy(env.engine, answer.policy), logs: [{ key: anchor.key }] };
    const { size, cosignatures } = await verifyCheckpointByPolicy(env.engine, policy, head.note);
    const cosigners = new Map(cosignatures.map((one) => [formatNoteKey(one.key), one.signedAtSeconds ?? 0]));
    const witnesses = policy.witnesses.flatMap(({ name, key }) => {
      const signedAt = cosigners.get(formatNoteKey(key));
      return signedAt === undefined ? [] : [{ name, vkey: formatNoteKey(key), atMs: signedAt * 1000 }];
    });
    const atMs = Math.max(0, ...witnesses.map((witness) => witness.atMs));
    return { kind: 'told', isLate, size, atMs, witnesses };
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getWitnesses' }, { cause });
  }
}

function readNamed({ book, env }: DeviceContext, ledger: VaultId, isLate: boolean): Witnessing {
  const head = book.witnessed.findHead(ledger, book.office);
  const witnesses = (head?.cosigners ?? []).map(([vkey, atSeconds]) => ({
    name: parseNoteKey(env.engine, vkey).name,
    vkey,
    atMs: atSeconds * 1000,
  }));
  const atMs = Math.max(0, ...witnesses.map((witness) => witness.atMs));
  return { kind: 'named', isLate, size: head?.size ?? 0, atMs, witnesses };
}
