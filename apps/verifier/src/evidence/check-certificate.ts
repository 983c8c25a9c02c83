/**
 * A certificate of destruction as JSON: four lines with their proofs, and facts that must be what the lines say. A fact that no
 * line can say (who a device belongs to, how long disaster copies live) is passed on as the firm's word.
 */
import { decodeEntry, entryHash, itemsHash } from '@strongroom/authority';
import type { BodyOf, Entry } from '@strongroom/authority';
import { compareBytes, encodeHex, encodeUtf8 } from '@strongroom/core';
import {
  formatNoteKey,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  parseTlogProof,
  verifyTlogProof,
} from '@strongroom/ledger';
import type { TlogPolicy, VerifiedCheckpoint } from '@strongroom/ledger';
import { describeDestroyed, describeHead } from './describe-entry.ts';
import { certificateLines, differs, isJson } from './certificate.ts';
import type { Certificate, Json } from './certificate.ts';
import { checkFoundation } from './check-foundation.ts';
import type { CertificateFinding, TrustSource } from './findings.ts';
import { policyAt } from './fold-ledgers.ts';
import type { EvidenceEngine } from './fold-ledgers.ts';

const stepNames = ['proposed', 'approved', 'intended', 'destroyed'] as const;

/** One of the four lines, proved. */
interface Proved {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
  readonly checkpoint: VerifiedCheckpoint;
}

/**
 * @param given the policy that the person trusts; without one the certificate's own is used, and the finding says so
 * @param root the firm's root that the person knows: with the certificate's foundation it leads to the key of its lines
 * @throws IntegrityError PROOF_INVALID (`certificate-differs` names the field), SIGNATURE_INVALID, GENESIS_MISMATCH; InputError FORMAT_INVALID
 */
export async function checkCertificate(
  engine: EvidenceEngine,
  name: string,
  certificate: Certificate,
  given: { readonly policy: TlogPolicy; readonly trust: TrustSource } | undefined,
  root?: string,
): Promise<{ readonly finding: CertificateFinding; readonly checkpoints: readonly VerifiedCheckpoint[] }> {
  const { facts } = certificate;
  const policy = given?.policy ?? parsePolicy(engine, encodeUtf8(certificate.policy));
  const foundation = await checkFoundation(engine, certificate, root);
  if (foundation !== undefined && given === undefined) {
    const keys = policy.logs.map(({ key }) => formatNoteKey(key));
    const named = foundation.keys.map(({ vkey }) => vkey).toReversed();
    if (keys.join(' ') !== named.join(' ')) throw differs('policy');
  }
  // A key that ended signs nothing beyond its end, whatever policy lies beside.
  const policyFor = (proof: string | Uint8Array): TlogPolicy => {
    if (foundation === undefined || given !== undefined) return policy;
    const { size } = parseCheckpoint(parseNote(parseTlogProof(proof).checkpoint).text);
    return { ...policy, logs: policyAt(engine, foundation.keys, size).logs };
  };
  const proved: Proved[] = [];
  for (const { index, entry, proof } of certificate.entries) {
    const verified = await verifyTlogProof(engine, { policy: policyFor(proof), proof, entry });
    if (verified.index !== index) throw differs(`entries[${proved.length}].index`);
    proved.push({ index, bytes: entry, entry: decodeEntry(entry), checkpoint: verified.checkpoint });
  }
  const [proposed, approved, intended, destroyed] = proved as [Proved, Proved, Proved, Proved];
  for (const [place, kind] of certificateLines.entries())
    if (proved[place]?.entry.body.k !== kind) throw differs(`entries[${place}].kind`);
  const proposal = proposed.entry.body as BodyOf<'disposal.proposed'>;
  const approval = approved.entry.body as BodyOf<'disposal.approved'>;
  const intent = intended.entry.body as BodyOf<'destruction.intended'>;
  const end = destroyed.entry.body as BodyOf<'destroyed'>;

  // The lines against each other.
  for (const [place, body] of [proposal, approval, intent, end].entries()) {
    if (body.disposal !== proposal.disposal) throw differs(`entries[${place}].disposal`);
    if (body.l !== proposal.l) throw differs(`entries[${place}].vault`);
    if (body.c[0] !== proposal.c[0]) throw differs(`entries[${place}].room`);
    const before = proved[place - 1];
    if (before !== undefined && (proved[place]?.index ?? 0) <= before.index)
      throw differs(`entries[${place}].index`);
    if (proved[place]?.checkpoint.origin !== proposed.checkpoint.origin)
      throw differs(`entries[${place}].origin`);
  }
  if (compareBytes(approval.proposal, entryHash(engine, proposed.bytes)) !== 0)
    throw differs('entries[1].proposal');
  if (compareBytes(intent.hash, itemsHash(engine, proposal.items)) !== 0) throw differs('entries[2].hash');
  const listed = proposal.items.map(([record, version, part, slot]) => [record, version, part, slot]);
  if (!isSame(new Set(listed.map(String)), new Set(end.items.map(String)))) throw differs('entries[3].items');

  // The facts against the lines.
  const said = describeDestroyed(end);
  const expected: Json = {
    vault: proposal.l,
    room: proposal.c[0],
    disposal: proposal.disposal,
    stateGeneration: end.generation,
    'roots.before': encodeHex(end.roots[0]),
    'roots.after': encodeHex(end.roots[1]),
    'destroyed.level': end.level,
    'destroyed.second': end.second,
    'proposed.device': proposal.d,
    'approved.device': approval.d,
    items: said.items,
  };
  for (const [path, value] of Object.entries(expected))
    if (JSON.stringify(at(facts, path)) !== JSON.stringify(value)) throw differs(path);
  for (const [place, step] of stepNames.entries()) {
    if (at(facts, `${step}.index`) !== proved[place]?.index) throw differs(`${step}.index`);
    if (at(facts, `${step}.atMs`) !== proved[place]?.entry.atMs) throw differs(`${step}.atMs`);
  }
  return {
    finding: {
      kind: 'certificate',
      name,
      trust: given?.trust ?? (foundation !== undefined && root !== undefined ? 'root' : 'own'),
      ...(foundation === undefined ? {} : { firmRoot: foundation.firmRoot }),
      head: describeHead(destroyed.checkpoint, policy),
      firm: textOf(facts['firm']),
      vault: proposal.l,
      room: proposal.c[0],
      destroyed: said,
      steps: proved.map(({ index, entry }) => ({
        index,
        atMs: entry.atMs,
        device: 'd' in entry.body ? String(entry.body.d) : '',
      })),
      horizonDays: typeof facts['horizonDays'] === 'number' ? facts['horizonDays'] : 0,
      residuals: Array.isArray(facts['residuals']) ? facts['residuals'].map(textOf) : [],
    },
    checkpoints: [...(foundation?.checkpoints ?? []), ...proved.map(({ checkpoint }) => checkpoint)],
  };
}

function isSame(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((one) => right.has(one));
}

function at(value: Json, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) found = isJson(found) ? found[name] : undefined;
  return found;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
