/**
 * The certificate of destruction: every fact in it is read from an entry whose place in the ledger was proved here and now. It says
 * what it does not cover, too (docs/spec/statements.md, architecture: horizon and residuals).
 */
import { AccessError, encodeBase64url, encodeHex, IntegrityError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { decodeEntry, wardenSignAt } from '@strongroom/authority';
import type { BodyOf, Disposal, DisposalItem } from '@strongroom/authority';
import { policyOf } from '../ledger/policy.ts';
import type { DeviceContext } from '../device/context.ts';
import type { Certificate, CertificateFacts } from '../device/device.ts';
import { personOfDevice } from '../people/person-of-device.ts';

const horizonDays = 7;
const residuals = ['cached-copies', 'exports', 'paper', 'disaster-copies'] as const;

interface ProvedEntry {
  readonly index: number;
  readonly atMs: number;
  readonly entry: Uint8Array;
  readonly proof: string;
}

interface Proved<K extends Parameters<typeof isKind>[1]> extends ProvedEntry {
  readonly body: BodyOf<K>;
}

type CertificateKind =
  | 'firm.created'
  | 'vault.created'
  | 'warden.promoted'
  | 'disposal.proposed'
  | 'disposal.approved'
  | 'destruction.intended'
  | 'destroyed';

function isKind<K extends CertificateKind>(body: { readonly k: string }, kind: K): body is BodyOf<K> {
  return body.k === kind;
}

/** @throws AccessError DISPOSAL_UNFINISHED; IntegrityError RECEIPT_INVALID, DISPOSAL_INCOMPLETE */
export async function makeCertificate(
  context: DeviceContext,
  options: { readonly ledger: VaultId; readonly disposal: Disposal; readonly items: readonly DisposalItem[] },
): Promise<Certificate> {
  const { ledger, disposal, items } = options;
  const { proposal, approval, intent, end } = disposal;
  if (disposal.stage !== 'destroyed' || approval === undefined || intent === undefined || end === undefined) {
    throw new AccessError('DISPOSAL_UNFINISHED', { disposal: disposal.id });
  }
  const proposed = await prove(context, ledger, proposal.index, 'disposal.proposed');
  const approved = await prove(context, ledger, approval.index, 'disposal.approved');
  const intended = await prove(context, ledger, intent.index, 'destruction.intended');
  const destroyed = await prove(context, ledger, end.index, 'destroyed');
  assertSameItems(disposal, items, destroyed.body);
  const client = context.book.rooms(ledger).rooms.get(disposal.room)?.client;
  const root = context.book.office.firm?.root ?? new Uint8Array(0);
  const facts: CertificateFacts = {
    firm: context.firm,
    root: encodeHex(root),
    vault: ledger,
    room: disposal.room,
    ...(client === undefined ? {} : { client }),
    disposal: disposal.id,
    items: destroyed.body.items.map(([record, version, part, slot]) => ({ record, version, part, slot })),
    proposed: signedFacts(context, proposed),
    approved: signedFacts(context, approved),
    intended: { atMs: intended.atMs, index: intended.index },
    destroyed: {
      atMs: destroyed.atMs,
      index: destroyed.index,
      level: destroyed.body.level,
      ...(destroyed.body.second === undefined ? {} : { second: destroyed.body.second }),
    },
    stateGeneration: destroyed.body.generation,
    roots: { before: encodeHex(destroyed.body.roots[0]), after: encodeHex(destroyed.body.roots[1]) },
    wardens: wardensOf(context, ledger, destroyed.index),
    horizonDays,
    residuals:
      (context.book.office.promotions ?? []).length === 0 ? residuals : [...residuals, 'ended-wardens'],
  };
  const entries = [proposed, approved, intended, destroyed].map(formatProved);
  const foundation = (await proveFoundation(context, ledger)).map(formatProved);
  const policy = policyOf(context, ledger);
  const kind = 'strongroom/certificate-of-destruction/v1';
  const json = `${JSON.stringify({ kind, facts, policy, foundation, entries }, undefined, 2)}\n`;
  return { facts, json, tlogProof: destroyed.proof };
}

function formatProved({ index, entry, proof }: ProvedEntry): {
  readonly index: number;
  readonly entry: string;
  readonly proof: string;
} {
  return { index, entry: encodeBase64url(entry), proof };
}

/** What leads from the root on a kit to the keys that signed the lines: genesis, the statement that made the vault, and every promotion. */
async function proveFoundation(context: DeviceContext, ledger: VaultId): Promise<readonly ProvedEntry[]> {
  const genesis = await prove(context, officeId, 0, 'firm.created');
  const from = context.book.office.vaults.get(ledger)?.from;
  const proved: ProvedEntry[] =
    from === undefined ? [genesis] : [genesis, await prove(context, officeId, from, 'vault.created')];
  for (const promotion of context.book.office.promotions ?? [])
    proved.push(await prove(context, officeId, promotion.from, 'warden.promoted'));
  return proved;
}

/** The warden whose key signed the line. */
function wardensOf({ book }: DeviceContext, ledger: VaultId, index: number): CertificateFacts['wardens'] {
  const sign = wardenSignAt(book.office, ledger, index);
  const all = [...(book.office.promotions ?? []).map(({ before }) => before), book.office.warden];
  return all.flatMap((warden) =>
    warden !== undefined && warden.sign === sign
      ? [{ number: warden.number, sign: encodeHex(warden.sign) }]
      : [],
  );
}

async function prove<K extends CertificateKind>(
  context: DeviceContext,
  ledger: VaultId,
  index: number,
  kind: K,
): Promise<Proved<K>> {
  const receipt = await context.api.call('getInclusion', {
    params: { ledger, index },
    query: { from: context.book.anchor(ledger).head.size },
  });
  const verified = await context.book.anchor(ledger).verifyReceipt(receipt);
  const held = (await context.book.loadLog(ledger)).find(index);
  const { body, atMs } = decodeEntry(verified.entry);
  if (verified.index !== index || held === undefined || !isKind(body, kind))
    throw new IntegrityError('RECEIPT_INVALID', { reason: 'entry', index });
  return { body, index, atMs, entry: verified.entry, proof: verified.proof };
}

/** The warden destroyed what was proposed and approved, no more and no less. @throws IntegrityError DISPOSAL_INCOMPLETE */
function assertSameItems(
  disposal: Disposal,
  items: readonly DisposalItem[],
  destroyed: BodyOf<'destroyed'>,
): void {
  const name = (item: readonly [string, number, string, number, ...unknown[]]): string =>
    item.slice(0, 4).join('/');
  const gone = new Set(destroyed.items.map(name));
  const isSame =
    destroyed.disposal === disposal.id &&
    gone.size === items.length &&
    items.every((item) => gone.has(name(item)));
  if (!isSame) throw new IntegrityError('DISPOSAL_INCOMPLETE', { disposal: disposal.id });
}

function signedFacts(
  context: DeviceContext,
  proved: Proved<'disposal.proposed'> | Proved<'disposal.approved'>,
): CertificateFacts['proposed'] {
  const { body, atMs, index } = proved;
  const person = personOfDevice(context, body.d);
  return { person, device: body.d as CertificateFacts['proposed']['device'], atMs, index };
}
