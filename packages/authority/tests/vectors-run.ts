/**
 * Runs the vectors of tests/vectors/authority against an engine: the same in Node and in a browser, so that two engines, or another
 * implementation, are shown to agree on bytes, signatures, hashes and verdicts. Not part of the package's exports: tests bundle it.
 */
import {
  compareBytes,
  decodeHex,
  encodeHex,
  officeId,
  StrongroomError,
  verifyLabelled,
} from '@strongroom/core';
import type { Engine, PersonId, VaultId } from '@strongroom/core';
import {
  chainHead,
  createOfficeState,
  createVaultState,
  decodeBody,
  decodeEntry,
  decodeHeads,
  decodeRequest,
  emptyChainHead,
  encodeBody,
  encodeEntry,
  encodeState,
  entryHash,
  judge,
  payloadCommitment,
  releasedBody,
  requestHash,
  signBody,
  signHeads,
  signRequest,
  verifyHeads,
  verifyRequest,
} from '@strongroom/authority';
import type { SignerId, VaultState } from '@strongroom/authority';

/** Bytes are hexadecimal text in all vectors. */
type Hex = string;

/** tests/vectors/authority/entries.json */
export type EntryVectors = {
  readonly accepted: readonly {
    readonly name: string;
    readonly signer: string | null;
    readonly seed: Hex | null;
    readonly publicKey: Hex | null;
    readonly body: Hex;
    readonly entry: Hex;
    readonly entryHash: Hex;
    readonly chainHead: Hex;
  }[];
  readonly refused: readonly { readonly name: string; readonly entry: Hex }[];
  readonly payloads: readonly { readonly salt: Hex; readonly bytes: Hex; readonly commitment: Hex }[];
};

/** tests/vectors/authority/requests.json */
export type RequestVectors = {
  readonly seed: Hex;
  readonly publicKey: Hex;
  readonly accepted: readonly {
    readonly name: string;
    readonly request: Hex;
    readonly hash: Hex;
    readonly person: string;
    readonly line: Hex;
  }[];
  readonly refused: readonly { readonly name: string; readonly request: Hex }[];
};

/** tests/vectors/authority/heads.json */
export type HeadsVectors = {
  readonly seed: Hex;
  readonly publicKey: Hex;
  readonly accepted: readonly { readonly name: string; readonly heads: Hex }[];
  readonly refused: readonly { readonly name: string; readonly heads: Hex }[];
};

/** tests/vectors/authority/folding.json */
export type FoldingVectors = {
  readonly steps: readonly {
    readonly ledger: string;
    readonly index: number;
    readonly entry: Hex;
    readonly verdict: string;
    readonly head: Hex | null;
  }[];
  readonly states: Readonly<Record<string, Hex>>;
};

/** All of them. */
export type AuthorityVectors = {
  readonly entries: EntryVectors;
  readonly requests: RequestVectors;
  readonly heads: HeadsVectors;
  readonly folding: FoldingVectors;
};

/** How many vectors held, and the names of those that did not. */
export type VectorReport = { readonly passed: number; readonly failed: readonly string[] };

/** Runs all vectors; nothing is thrown for a vector that fails. */
export async function runAuthorityVectors(engine: Engine, vectors: AuthorityVectors): Promise<VectorReport> {
  const failed: string[] = [];
  let passed = 0;
  async function expectTrue(name: string, run: () => boolean | Promise<boolean>): Promise<void> {
    let holds = false;
    try {
      holds = await run();
    } catch (error) {
      if (!(error instanceof StrongroomError)) throw error;
    }
    if (holds) passed += 1;
    else failed.push(name);
  }

  for (const vector of vectors.entries.accepted) {
    await expectTrue(`entry ${vector.name}`, () => isEntryRight(engine, vector));
  }
  for (const { name, entry } of vectors.entries.refused) {
    await expectTrue(`entry refused: ${name}`, () => isRefused(() => decodeEntry(decodeHex(entry))));
  }
  for (const [place, { salt, bytes, commitment }] of vectors.entries.payloads.entries()) {
    await expectTrue(`payload ${place}`, () => {
      return encodeHex(payloadCommitment(engine, decodeHex(salt), decodeHex(bytes))) === commitment;
    });
  }
  for (const vector of vectors.requests.accepted) {
    await expectTrue(`request ${vector.name}`, () => isRequestRight(engine, vectors.requests, vector));
  }
  for (const { name, request } of vectors.requests.refused) {
    await expectTrue(`request refused: ${name}`, () => isRefused(() => decodeRequest(decodeHex(request))));
  }
  for (const { name, heads } of vectors.heads.accepted) {
    await expectTrue(`heads ${name}`, () => areHeadsRight(engine, vectors.heads, decodeHex(heads)));
  }
  for (const { name, heads } of vectors.heads.refused) {
    await expectTrue(`heads refused: ${name}`, () => isRefused(() => decodeHeads(decodeHex(heads))));
  }
  await expectTrue('folding', () => isFoldingRight(engine, vectors.folding));
  return { passed, failed };
}

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof StrongroomError) return true;
    throw error;
  }
}

async function isEntryRight(engine: Engine, vector: EntryVectors['accepted'][number]): Promise<boolean> {
  const bytes = decodeHex(vector.entry);
  const { body, bodyBytes, officeSize, atMs, sigs, payload } = decodeEntry(bytes);
  if (
    encodeHex(bodyBytes) !== vector.body ||
    compareBytes(encodeBody(decodeBody(bodyBytes)), bodyBytes) !== 0
  )
    return false;
  const again = encodeEntry({ officeSize, atMs, body: bodyBytes, sigs, payload });
  const hash = entryHash(engine, bytes);
  const isHashed =
    compareBytes(again, bytes) === 0 &&
    encodeHex(hash) === vector.entryHash &&
    encodeHex(chainHead(engine, emptyChainHead, hash)) === vector.chainHead;
  if (!isHashed || vector.seed === null || vector.publicKey === null) return isHashed && sigs.length === 0;
  const id = vector.signer as SignerId;
  const made = await signBody(engine, { body, signers: [{ id, seed: decodeHex(vector.seed) }] });
  const signature = sigs[0]?.[1];
  if (signature === undefined || compareBytes(made.sigs[0]?.[1] ?? bytes, signature) !== 0) return false;
  const label = id === 'warden' ? 'warden-entry' : 'entry';
  return await verifyLabelled(engine, {
    label,
    publicKey: decodeHex(vector.publicKey),
    bytes: bodyBytes,
    signature,
  });
}

async function isRequestRight(
  engine: Engine,
  { seed, publicKey }: RequestVectors,
  vector: RequestVectors['accepted'][number],
): Promise<boolean> {
  const bytes = decodeHex(vector.request);
  const signed = decodeRequest(bytes);
  const again = await signRequest(engine, { request: signed.request, seed: decodeHex(seed) });
  return (
    compareBytes(again, bytes) === 0 &&
    (await verifyRequest(engine, signed, decodeHex(publicKey))) &&
    encodeHex(requestHash(engine, bytes)) === vector.hash &&
    encodeHex(releasedBody(signed.request, vector.person as PersonId)) === vector.line
  );
}

async function areHeadsRight(
  engine: Engine,
  { seed, publicKey }: HeadsVectors,
  bytes: Uint8Array,
): Promise<boolean> {
  const signed = decodeHeads(bytes);
  const again = await signHeads(engine, { heads: signed.heads, seed: decodeHex(seed) });
  return compareBytes(again, bytes) === 0 && (await verifyHeads(engine, signed, decodeHex(publicKey)));
}

async function isFoldingRight(engine: Engine, vectors: FoldingVectors): Promise<boolean> {
  const office = createOfficeState({ records: true });
  const vaults = new Map<string, VaultState>();
  for (const { ledger, index, entry, verdict, head } of vectors.steps) {
    const id = ledger as VaultId;
    if (ledger !== officeId && !vaults.has(ledger))
      vaults.set(ledger, createVaultState(id, { records: true }));
    const vault = vaults.get(ledger);
    const states = vault === undefined ? { office } : { office, vault };
    const judged = await judge(engine, states, decodeHex(entry), { index, ledger: id });
    if ((judged.kind === 'void' ? judged.code : 'applied') !== verdict) return false;
    const headNow = judged.kind === 'applied' ? judged.chain?.head : undefined;
    if ((headNow === undefined ? null : encodeHex(headNow)) !== head) return false;
  }
  return [office, ...vaults.values()].every((state) => {
    const name = 'own' in state ? officeId : state.id;
    return encodeHex(engine.sha256(encodeState(state))) === vectors.states[name];
  });
}
