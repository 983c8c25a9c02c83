/**
 * Makes tests/vectors/authority from fixed seeds: `node packages/authority/tests/make-vectors.ts`. The test compares what this makes
 * with the stored files, so a change of format cannot pass unseen.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { encodeCbor, encodeHex, encodeUtf8, officeId, signLabelled } from '@strongroom/core';
import {
  chainHead,
  decodeRequest,
  emptyChainHead,
  encodeBody,
  encodeEntry,
  encodeState,
  entryHash,
  listHash,
  payloadCommitment,
  releasedBody,
  requestHash,
  signBody,
  signHeads,
  signRequest,
} from '@strongroom/authority';
import type { Request, SignerId } from '@strongroom/authority';
import {
  act,
  createWorld,
  engine,
  enrol,
  grant,
  idOf,
  openRoom,
  rotate,
  seedOf,
  write,
} from './kit/world.ts';
import type { AuthorityVectors } from './vectors-run.ts';
import { sampleBodies, sampleId, samplePositions } from './kit/samples.ts';

async function makeEntries(): Promise<AuthorityVectors['entries']> {
  const accepted = [];
  for (const body of sampleBodies) {
    const isSigned = 't' in body;
    const signer = isSigned ? (body as { readonly d: SignerId }).d : null;
    const seed = seedOf(`vector ${signer ?? ''}`);
    const signers = signer === null ? [] : [{ id: signer, seed }];
    const signed = await signBody(engine, { body, signers });
    const payload = body.k === 'released' ? seedOf('payload') : null;
    const officeSize = body.l === officeId ? null : 7;
    const entry = encodeEntry({ officeSize, atMs: 1_790_000_000_001, ...signed, payload });
    const hash = entryHash(engine, entry);
    accepted.push({
      name: body.k,
      signer,
      seed: isSigned ? encodeHex(seed) : null,
      publicKey: isSigned ? encodeHex(await engine.ed25519PublicKey(seed)) : null,
      body: encodeHex(signed.body),
      entry: encodeHex(entry),
      entryHash: encodeHex(hash),
      chainHead: encodeHex(chainHead(engine, emptyChainHead, hash)),
    });
  }
  const sample = sampleBodies.find(({ k }) => k === 'refused') ?? sampleBodies[0];
  if (sample === undefined) throw new Error('there are samples');
  const body = encodeBody(sample);
  const outer = (...value: Parameters<typeof encodeCbor>[0][]): string => encodeHex(encodeCbor(value));
  const unknown = encodeCbor({ ...(sample as unknown as Record<string, string>), extra: 1 });
  const refused = [
    { name: 'format number', entry: outer(2, 7, 5, body, [], null) },
    { name: 'office size in the office', entry: outer(1, null, 5, body, [], null) },
    { name: 'a member too many', entry: outer(1, 7, 5, body, [], null, null) },
    { name: 'payload of 31 bytes', entry: outer(1, 7, 5, body, [], new Uint8Array(31)) },
    { name: 'negative time', entry: outer(1, 7, -5, body, [], null) },
    { name: 'signature of 63 bytes', entry: outer(1, 7, 5, body, [['warden', new Uint8Array(63)]], null) },
    { name: 'unknown field', entry: outer(1, 7, 5, unknown, [], null) },
    { name: 'unknown kind', entry: outer(1, 7, 5, encodeCbor({ k: 'room.burnt' }), [], null) },
    { name: 'trailing byte', entry: `${outer(1, 7, 5, body, [], null)}00` },
    { name: 'longer length than needed', entry: outer(1, 7, 5, body, [], null).replace(/^86/, '9806') },
  ];
  const [salt, bytes] = [seedOf('salt'), encodeUtf8('payload bytes')];
  const commitment = encodeHex(payloadCommitment(engine, salt, bytes));
  return { accepted, refused, payloads: [{ salt: encodeHex(salt), bytes: encodeHex(bytes), commitment }] };
}

const [room, record, person] = [sampleId('rom', 2), sampleId('rec', 6), sampleId('per', 4)];

async function makeRequests(): Promise<AuthorityVectors['requests']> {
  const seed = seedOf('vector request');
  const common = {
    l: sampleId('vlt', 1),
    d: sampleId('dev', 5),
    t: 1_790_000_000_000,
    nonce: seedOf('nonce').slice(0, 16),
    pos: samplePositions,
    pk: new Uint8Array(1216).fill(10),
    purpose: 'work',
  } as const;
  const hw = seedOf('hw');
  const hash = listHash(engine, [[record, 1, 5, hw]]);
  const open: Request = {
    k: 'open',
    ...common,
    parts: [
      [room, record, 1, 'card', 5, hw],
      [room, record, 1, 'body', 6, hw],
    ],
  };
  const requests: readonly Request[] = [
    open,
    { k: 'list', ...common, room, lo: 5, hi: 5, count: 1, hash },
    { k: 'lease', ...common, rooms: [[room, 9, hw]], kept: 12, reason: encodeUtf8('2026-11') },
  ];
  const accepted = [];
  for (const request of requests) {
    const bytes = await signRequest(engine, { request, seed });
    accepted.push({
      name: request.k,
      request: encodeHex(bytes),
      hash: encodeHex(requestHash(engine, bytes)),
      person,
      line: encodeHex(releasedBody(decodeRequest(bytes).request, person)),
    });
  }
  const part = [room, record, 1, 'card', 5, hw];
  const wrong = {
    'a part twice': { parts: [part, part] },
    'no part': { parts: [] },
    'unknown purpose': { purpose: 'curiosity' },
    'nonce of 15 bytes': { nonce: new Uint8Array(15) },
    'unknown field': { extra: 1 },
    'slot over 48 bits': { parts: [[room, record, 1, 'card', 2 ** 48, hw]] },
  };
  const refused = [];
  for (const [name, change] of Object.entries(wrong)) {
    const bytes = encodeCbor({ ...(open as unknown as Record<string, string>), ...change });
    const signature = await signLabelled(engine, { label: 'request', seed, bytes });
    refused.push({ name, request: encodeHex(encodeCbor([bytes, signature])) });
  }
  const publicKey = encodeHex(await engine.ed25519PublicKey(seed));
  return { seed: encodeHex(seed), publicKey, accepted, refused };
}

async function makeHeads(): Promise<AuthorityVectors['heads']> {
  const seed = seedOf('vector heads');
  const heads = {
    t: 1_790_000_000_000,
    l: sampleId('vlt', 1),
    edition: 0,
    size: 12,
    root: seedOf('root'),
    o: [7, seedOf('office root')] as const,
    chains: {
      firm: [3, seedOf('firm')] as const,
      [person]: [1, seedOf('person')] as const,
      [room]: [0, emptyChainHead] as const,
    },
  };
  const signed = await signHeads(engine, { heads, seed });
  const wrong = {
    'unknown chain': { chains: { everything: [0, emptyChainHead] } },
    'unknown field': { extra: 1 },
    'short root': { root: new Uint8Array(31) },
  };
  const refused = Object.entries(wrong).map(([name, change]) => {
    const bytes = encodeCbor({ ...heads, ...change });
    return { name, heads: encodeHex(encodeCbor([bytes, new Uint8Array(64)])) };
  });
  const publicKey = encodeHex(await engine.ed25519PublicKey(seed));
  return {
    seed: encodeHex(seed),
    publicKey,
    accepted: [{ name: 'three chains', heads: encodeHex(signed) }],
    refused,
  };
}

async function makeFolding(): Promise<AuthorityVectors['folding']> {
  const world = await createWorld({ records: true });
  const ann = await enrol(world, 'ann');
  const room = await openRoom(world, world.owner, 'a');
  const ledger = { ledger: world.vault };
  await grant(world, ann, room, ann.person);
  await grant(world, world.owner, room, ann.person);
  await write(world, ann, room, 'r', 1);
  await write(world, ann, room, 'r', 3);
  await act(world, ann, 'room.frozen', room, { room }, ledger);
  await act(world, world.owner, 'wall.raised', 'firm', {
    wall: idOf('wal', 'w'),
    person: ann.person,
    rooms: [room],
  });
  await write(world, ann, room, 'r', 2);
  await rotate(world, world.owner, room);
  await write(world, world.owner, room, 'r', 2, { change: { c: [room, 1, seedOf('stale')] } });
  await write(world, world.owner, room, 'r', 2, {
    signers: [{ id: world.owner.device.id, seed: ann.device.seed }],
  });
  await write(world, world.owner, room, 'r', 2);
  const steps = world.log.map(({ ledger: where, index, bytes, verdict }) => ({
    ledger: where,
    index,
    entry: encodeHex(bytes),
    verdict: verdict.kind === 'void' ? verdict.code : 'applied',
    head: verdict.kind === 'applied' && verdict.chain !== undefined ? encodeHex(verdict.chain.head) : null,
  }));
  const states: Record<string, string> = { [officeId]: encodeHex(engine.sha256(encodeState(world.office))) };
  for (const [id, vault] of world.vaults) states[id] = encodeHex(engine.sha256(encodeState(vault)));
  return { steps, states };
}

/** All vectors, made anew. */
export async function makeVectors(): Promise<AuthorityVectors> {
  return {
    entries: await makeEntries(),
    requests: await makeRequests(),
    heads: await makeHeads(),
    folding: await makeFolding(),
  };
}

/** Where the vectors are stored. */
export const vectorsFolder: URL = new URL('../../../tests/vectors/authority/', import.meta.url);

if (import.meta.main) {
  mkdirSync(vectorsFolder, { recursive: true });
  for (const [name, value] of Object.entries(await makeVectors())) {
    writeFileSync(new URL(`${name}.json`, vectorsFolder), `${JSON.stringify(value, null, 1)}\n`);
  }
}
