/** What a certificate rests on: from the firm's root over genesis and the vault's statement to the key of the vault's ledger. */
import { createOfficeState, decodeEntry, entryHash, judge, vkeyUnder } from '@strongroom/authority';
import type { FirmCreated, LedgerKeySpan, WardenPromoted } from '@strongroom/authority';
import { encodeHex, IntegrityError, officeId, verifyLabelled } from '@strongroom/core';
import { parseCheckpoint, parseNote, parseTlogProof, verifyTlogProof } from '@strongroom/ledger';
import type { VerifiedCheckpoint } from '@strongroom/ledger';
import { differs } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { policyAt } from './fold-ledgers.ts';
import type { EvidenceEngine } from './fold-ledgers.ts';

/** What was found: the root, and the keys by which the lines must be signed. */
export interface Foundation {
  /** Hash of genesis, in hexadecimal. */
  readonly firmRoot: string;
  /** Those of every warden, oldest first; each that ended up to its size. */
  readonly keys: readonly LedgerKeySpan[];
  readonly checkpoints: readonly VerifiedCheckpoint[];
}

/**
 * Undefined where the certificate brings no foundation.
 * @throws IntegrityError GENESIS_MISMATCH for another root than the given one, PROOF_INVALID, SIGNATURE_INVALID
 */
export async function checkFoundation(
  engine: EvidenceEngine,
  { facts, foundation }: Certificate,
  root: string | undefined,
): Promise<Foundation | undefined> {
  const [first, second] = foundation;
  if (first === undefined) return undefined;
  const genesis = decodeEntry(first.entry);
  if (first.index !== 0 || genesis.body.k !== 'firm.created') throw differs('foundation[0]');
  const firmRoot = encodeHex(entryHash(engine, first.entry));
  if (root !== undefined && root !== firmRoot) throw new IntegrityError('GENESIS_MISMATCH');
  if (facts['root'] !== firmRoot) throw differs('root');
  const { firm, warden } = genesis.body;
  if (facts['firm'] !== firm) throw differs('firm');
  const verdict = await judge(engine, { office: createOfficeState() }, genesis, {
    index: 0,
    ledger: officeId,
  });
  if (verdict.kind !== 'applied') throw differs('foundation[0]');
  const promotions = await readPromotions(engine, genesis.body, foundation);
  if (promotions === undefined) return undefined;
  const officeKeys = spansOf(
    warden.ledger,
    promotions.map(({ index, body }) => ({ size: index, key: body.ledger })),
  );
  const checkpoints: VerifiedCheckpoint[] = [];
  for (const [place, { index, entry, proof }] of foundation.entries()) {
    const { size } = parseCheckpoint(parseNote(parseTlogProof(proof).checkpoint).text);
    const policy = policyAt(engine, officeKeys, size);
    const verified = await verifyTlogProof(engine, { policy, proof, entry });
    if (verified.index !== index) throw differs(`foundation[${place}].index`);
    checkpoints.push(verified.checkpoint);
  }
  const named = second === undefined ? undefined : decodeEntry(second.entry).body;
  if (named === undefined || named.k === 'warden.promoted') {
    // A disposal in the office's own rooms: its ledger is the one that genesis names.
    if (facts['vault'] !== officeId) throw differs('foundation');
    return { firmRoot, keys: officeKeys, checkpoints };
  }
  if (named.k !== 'vault.created' || named.vault !== facts['vault']) throw differs('foundation[1]');
  const taken = promotions.flatMap(({ body }) =>
    body.vaults.filter(([vault]) => vault === named.vault).map(([, size, , key]) => ({ size, key })),
  );
  return { firmRoot, keys: spansOf(named.vkey, taken), checkpoints };

  function spansOf(
    first: string,
    ends: readonly { readonly size: number; readonly key: Uint8Array }[],
  ): readonly LedgerKeySpan[] {
    const vkeys = [first, ...ends.map(({ key }) => vkeyUnder(engine, first, key))];
    return vkeys.map((vkey, place) => {
      const end = ends[place];
      return end === undefined ? { vkey } : { vkey, sizeMax: end.size };
    });
  }
}

type ReadPromotion = { readonly index: number; readonly body: WardenPromoted };

/** The promotions that it names, by the kit that genesis names; undefined where another kit signed one, which the root alone does not say. */
async function readPromotions(
  engine: EvidenceEngine,
  { unlocks }: FirmCreated,
  foundation: Certificate['foundation'],
): Promise<readonly ReadPromotion[] | undefined> {
  const found: ReadPromotion[] = [];
  for (const [place, { index, entry }] of foundation.entries()) {
    const { body, bodyBytes: bytes, sigs } = decodeEntry(entry);
    if (body.k !== 'warden.promoted') {
      if (place > 1) throw differs(`foundation[${place}]`);
      continue;
    }
    const kit = unlocks.find(({ id, type }) => id === body.d && type === 'kit');
    if (kit === undefined) return undefined;
    const [signer, signature] = sigs[0] ?? [];
    const isSigned =
      sigs.length === 1 &&
      signer === kit.id &&
      signature !== undefined &&
      (await verifyLabelled(engine, { label: 'entry', publicKey: kit.sign, bytes, signature }));
    if (!isSigned || index <= (found.at(-1)?.index ?? 0)) throw differs(`foundation[${place}]`);
    found.push({ index, body });
  }
  return found;
}
