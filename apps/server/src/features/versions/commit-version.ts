/**
 * A record version in one transaction: written line, header, card, sealed wraps. What the server can check without a key it
 * checks: lengths, the tree over the stored bytes, that each slot was handed out for this room. The rest is for readers.
 */
import { decodeBody, newestVersion, personOf } from '@strongroom/authority';
import type { Written } from '@strongroom/authority';
import {
  AccessError,
  assert,
  compareBytes,
  concatBytes,
  ConflictError,
  decodeRecordContext,
  decodeRecordHeader,
  hashRecordHeader,
  hashSegmentLeaf,
  hashSegmentTree,
  InputError,
  IntegrityError,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { appendLeaves, makeInclusionProof, RightEdge, TileNodes } from '@strongroom/ledger';
import type { ServerContext } from '../../context.ts';
import type { Call } from '../../call.ts';
import type { Handler } from '../../handler.ts';
import { toSignatures } from '../entries/index.ts';
import { confirm, getLedger } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';
import { isSlotOfRoom } from '../slots/index.ts';
import { readUploadLeaves } from '../uploads/index.ts';
import { splitHashes } from './split-hashes.ts';

type Input = Call<'commitVersion'>['body'];

const leafBytes = 32;

export const commitVersion: Handler<'commitVersion'> = async (context, { params, body: input, session }) => {
  const { vault } = params;
  const { person } = getSession(session);
  const line = decodeBody(input.body);
  if (line.k !== 'written' || line.l !== vault) throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  const sigs = toSignatures(input.sigs);
  const ledger = getLedger(context, vault);
  const chains = ['firm', person, line.room];
  const known = await ledger.findAppended({ body: input.body, sigs });
  if (known !== undefined)
    return await confirm(context, { ledger: vault, index: known, known: input.known, chains });

  if (personOf(context.ledgers.officeState, line.d) !== person)
    throw new AccessError('ENTRY_REFUSED', { reason: 'VOID_SIGNER' });
  const states = context.ledgers.states(vault);
  const newest = newestVersion(states.vault ?? states.office.own, line.room, line.record) ?? 0;
  if (line.version !== newest + 1) throw new ConflictError('VERSION_CONFLICT', { newest });
  const stored = await checkStored(context, vault, line, input, person);
  const sealed = await sealWraps(context, vault, line, input.boxes);
  const { blobs } = context.folders.open(vault);
  const { upload } = input;
  await context.faults.hit('server.version.before-finalise');
  if (upload !== undefined) await blobs.finalise(upload);
  await context.faults.hit('server.version.after-finalise');

  const {
    index,
    heads,
    stored: entry,
  } = await ledger.append({
    body: input.body,
    sigs,
    isOnce: true,
    chains,
    async write(writer, position) {
      await writer
        .insertInto('versions')
        .values({
          record: line.record,
          version: line.version,
          room: line.room,
          position,
          header_hash: line.header,
          header: input.header,
          card: input.card,
          card_proof: stored.cardProof,
          leaf_hashes: input.leafHashes,
          upload: upload ?? null,
          body_bytes: stored.bodyBytes,
        })
        .execute();
      for (const [place, wrap] of line.wraps.entries()) {
        await writer
          .insertInto('wraps')
          .values({
            slot: wrap.slot,
            room: line.room,
            record: line.record,
            version: line.version,
            part: wrap.part,
            wctx_hash: wrap.hw,
            sealed: sealed[place] ?? new Uint8Array(0),
          })
          .execute();
      }
      if (upload === undefined) return;
      // A part that was written anew, or an upload that was dropped, since it was looked at.
      const body = await readUploadLeaves(writer, upload);
      if (compareBytes(body.leafHashes, input.leafHashes.subarray(leafBytes)) !== 0) throw mismatch('leaves');
      await writer.deleteFrom('uploads').where('upload', '=', upload).execute();
    },
  });
  await context.faults.hit('server.version.before-answer');
  return await confirm(context, {
    ledger: vault,
    index,
    known: input.known,
    chains,
    heads,
    stored: entry,
  });
};

/** Header, card and body belong together, and the tree over them is the signed one. @throws IntegrityError BODY_MISMATCH */
async function checkStored(
  context: ServerContext,
  vault: VaultId,
  line: Written,
  input: Input,
  person: string,
): Promise<{ bodyBytes: number | null; cardProof: Uint8Array }> {
  const { engine } = context;
  const { store } = context.folders.open(vault);
  const header = decodeRecordHeader(input.header);
  const bctx = decodeRecordContext(header.cardContext);
  const isNamed =
    bctx.vault === vault &&
    bctx.homeRoom === line.room &&
    bctx.record === line.record &&
    bctx.version === line.version;
  if (!isNamed || compareBytes(hashRecordHeader(engine, input.header), line.header) !== 0)
    throw mismatch('header');
  if (header.cardStoredSizeBytes !== input.card.length) throw mismatch('card');
  const { upload } = input;
  const body = upload === undefined ? undefined : await store.read((db) => readUploadLeaves(db, upload));
  if (body !== undefined && (body.person !== person || body.room !== line.room))
    throw new AccessError('ACCESS_DENIED');
  if (header.body?.storedSizeBytes !== body?.sizeBytes) throw mismatch('length');
  const leaves = concatBytes(hashSegmentLeaf(engine, input.card), body?.leafHashes ?? new Uint8Array(0));
  if (compareBytes(leaves, input.leafHashes) !== 0) throw mismatch('leaves');
  const hashes = splitHashes(leaves);
  if (compareBytes(hashSegmentTree(engine, hashes), header.root) !== 0) throw mismatch('root');
  await assertSlots(context, vault, line);
  return {
    bodyBytes: body?.sizeBytes ?? null,
    cardProof: concatBytes(...(await proveCard(context, hashes))),
  };
}

async function assertSlots(context: ServerContext, vault: VaultId, line: Written): Promise<void> {
  const { store } = context.folders.open(vault);
  for (const { slot } of line.wraps) {
    const isTheirs = await store.read((db) => isSlotOfRoom(db, slot, line.room));
    if (!isTheirs) throw new InputError('REQUEST_INVALID', { reason: 'slot' });
  }
}

/** The proof that the card is leaf 0 of the version's tree: all that a list needs to check it. */
async function proveCard(context: ServerContext, leaves: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const tiles = new Map<string, Uint8Array>();
  const store = {
    readTile: (level: number, index: number): Uint8Array | undefined => tiles.get(`${level}/${index}`),
    writeTile: (level: number, index: number, bytes: Uint8Array): void =>
      void tiles.set(`${level}/${index}`, bytes),
  };
  appendLeaves(store, RightEdge.create(context.engine), leaves);
  const reader = {
    readTile(level: number, index: number): Uint8Array {
      const tile = store.readTile(level, index);
      assert(tile !== undefined, 'a tile that was written is there');
      return tile;
    },
  };
  return await makeInclusionProof(new TileNodes(context.engine, reader), 0, leaves.length);
}

/** The warden turns intake boxes into sealed wraps. */
async function sealWraps(
  context: ServerContext,
  vault: VaultId,
  line: Written,
  boxes: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  if (boxes.length !== line.wraps.length) throw new InputError('REQUEST_INVALID', { reason: 'boxes' });
  const items = line.wraps.map((wrap, place) => ({
    slot: wrap.slot,
    record: line.record,
    version: line.version,
    part: wrap.part,
    room: line.room,
    wrapContextHash: wrap.hw,
    box: boxes[place] ?? new Uint8Array(0),
  }));
  const { results } = await context.warden.call((client) => client.seal({ vault, items }));
  return results.map((result) => {
    if ('sealed' in result) return result.sealed;
    // A box that does not open is most likely sealed to a key that ended with the warden's last start: seal again.
    if (result.code === 'INTAKE_ENDED' || result.code === 'DECRYPT_FAILED')
      throw new ConflictError('INTAKE_KEY_OLD');
    if (result.code === 'SLOT_TAKEN') throw new ConflictError('SLOT_TAKEN');
    throw new InputError('REQUEST_INVALID', { reason: result.code });
  });
}

function mismatch(part: string): IntegrityError {
  return new IntegrityError('BODY_MISMATCH', { part });
}
