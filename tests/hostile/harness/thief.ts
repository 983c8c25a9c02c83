/**
 * Somebody who has copies: of data (databases, bodies) and of a warden's home, and besides every room key there is. He reads them
 * by the words of the formats alone, and asks nobody.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeEntry } from '@strongroom/authority';
import {
  PuncturableTree,
  StrongroomError,
  createBodyOpener,
  decodeCbor,
  decodeRecordHeader,
  encodeHex,
  encodeUtf8,
  openCard,
  openSealedWrap,
  unwrapContentKey,
} from '@strongroom/core';
import type { CborMap, DeviceId, SealContext, VaultId, WrapContext } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';

const engine = createNodeEngine();
const floeHeaderBytes = 74;
const segmentBytes = 262_144;

/** A copy of one vault's data. */
export type DataCopy = {
  readonly name: string;
  readonly vault: VaultId;
  /** The path of a database; what lies beside it as a write-ahead log counts. */
  readonly database: string;
  readonly findBody: (upload: string) => Uint8Array | undefined;
};

/** Keys of a slot that copies of wardens give; none where it is destroyed in all of them. */
export type FindLeafKeys = (slot: number) => readonly Uint8Array[];

type Part = { readonly seal: SealContext; readonly wrap: WrapContext; readonly sealed: Uint8Array };

/** A version as the copy has it. */
export type StolenVersion = {
  readonly record: string;
  readonly kind: string;
  readonly header: Uint8Array;
  readonly card: Uint8Array;
  readonly body: Uint8Array | undefined;
  readonly parts: readonly Part[];
};

const bytesOf = (value: unknown): Uint8Array => new Uint8Array(value as Uint8Array);

/** Every version whose wraps are in the copy. */
export function readVersions(copy: DataCopy): StolenVersion[] {
  const database = new DatabaseSync(copy.database);
  try {
    const found: StolenVersion[] = [];
    for (const row of database
      .prepare('select v.*, e.entry from versions v join entries e on e.position = v.position')
      .all()) {
      const { body } = decodeEntry(bytesOf(row['entry']));
      if (body.k !== 'written') continue;
      const wraps = database
        .prepare('select * from wraps where record = ? and version = ?')
        .all(body.record, body.version);
      const parts = wraps.flatMap((wrap): Part[] => {
        const named = body.wraps.find(({ slot }) => slot === wrap['slot']);
        if (named === undefined) return [];
        const { part, slot, epoch } = named;
        const { record, version, room } = body;
        return [
          {
            seal: { vault: copy.vault, slot, record, version, part, room, wrapContextHash: named.hw },
            wrap: { headerHash: body.header, part, room, epoch, slot, grantor: body.d as DeviceId },
            sealed: bytesOf(wrap['sealed']),
          },
        ];
      });
      const upload = row['upload'];
      found.push({
        record: body.record,
        kind: body.kind,
        header: bytesOf(row['header']),
        card: bytesOf(row['card']),
        body: typeof upload === 'string' ? copy.findBody(upload) : undefined,
        parts,
      });
    }
    return found;
  } finally {
    database.close();
  }
}

/** What opens of a version: its card, its content. */
export type Opened = { readonly card: boolean; readonly content: Uint8Array | undefined };

/** Tries every key of every slot with every room key. */
export async function openVersion(
  version: StolenVersion,
  keys: { readonly leafKeys: FindLeafKeys; readonly epochKeys: readonly Uint8Array[] },
): Promise<Opened> {
  const header = decodeRecordHeader(version.header);
  let card = false;
  let content: Uint8Array | undefined;
  for (const { seal, wrap, sealed } of version.parts)
    for (const leafKey of keys.leafKeys(seal.slot))
      for (const epochKey of keys.epochKeys) {
        const contentKey = await attempt(async () => {
          const opened = await openSealedWrap(engine, { leafKey, context: seal, sealed });
          return await unwrapContentKey(engine, { epochKey, context: wrap, wrap: opened });
        });
        if (contentKey === undefined) continue;
        if (seal.part === 'card') {
          const { cardContext: context, cardCommitment: commitment } = header;
          const options = { contentKey, context, commitment, stored: version.card };
          card ||= (await attempt(async () => await openCard(engine, options))) !== undefined;
        } else content ??= await attempt(async () => await readBody(contentKey, header, version.body));
      }
  return { card, content };
}

async function readBody(
  contentKey: Uint8Array,
  { body }: ReturnType<typeof decodeRecordHeader>,
  stored: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  if (body === undefined || stored === undefined) return undefined;
  const opener = createBodyOpener(engine, {
    contentKey,
    context: body.context,
    commitment: body.commitment,
    header: stored.slice(0, floeHeaderBytes),
    storedSizeBytes: body.storedSizeBytes,
  });
  const segments: Uint8Array[] = [];
  for (let index = 0, at = floeHeaderBytes; at < stored.length; index++, at += segmentBytes)
    segments.push(await opener.openSegment(index, stored.slice(at, at + segmentBytes)));
  return Buffer.concat(segments);
}

/** What work answers, undefined where the cryptography refuses it. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}

/**
 * The trees in an image of a warden's home (docs/spec/warden.md section 3): each state key that a sector holds is tried with the
 * root of its generation, and each page with the key that this root gives.
 */
export function readWardenImage(home: string, vault: string): FindLeafKeys {
  const state = join(home, 'state');
  const sectors = new Uint8Array(readFileSync(join(home, 'state-key')));
  const trees: PuncturableTree[] = [];
  for (const at of [0, 4096]) {
    if (Buffer.from(sectors.subarray(at, at + 4)).toString() !== 'SRK1') continue;
    const generation = new DataView(sectors.buffer, at + 4, 8).getBigUint64(0);
    const root = openFile(state, `root-${generation}`, sectors.subarray(at + 12, at + 44));
    const table = root && ((decodeCbor(root) as CborMap)['vaults'] as CborMap)[vault];
    if (!(table instanceof Uint8Array)) continue;
    const pages = new Map<number, Uint8Array>();
    for (let row = 0; row < table.length; row += 90) {
      const name = `page-${encodeHex(table.subarray(row + 42, row + 58))}`;
      const page = openFile(state, name, table.subarray(row + 58, row + 90));
      if (page !== undefined)
        pages.set(Number(new DataView(table.buffer, table.byteOffset + row, 8).getBigUint64(0)), page);
    }
    if (pages.size === table.length / 90) trees.push(PuncturableTree.load(engine, pages));
  }
  return (slot) => trees.filter((tree) => !tree.isPunctured(slot)).map((tree) => tree.leafKey(slot));
}

function openFile(folder: string, name: string, key: Uint8Array): Uint8Array | undefined {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  const sealed = new Uint8Array(readFileSync(path));
  if (sealed.length < 28) return undefined;
  try {
    return engine.openAesGcmSync({
      key,
      nonce: sealed.subarray(0, 12),
      aad: encodeUtf8(`sr1/warden/${name}`),
      ciphertext: sealed.subarray(12),
    });
  } catch (error) {
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}

/** Bodies in a copied data folder, wherever they lie. */
export function findBodyIn(folder: string): (upload: string) => Uint8Array | undefined {
  const paths = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => [name, join(parentPath, name)]),
  );
  return (upload) => {
    const path = paths.get(upload);
    return path === undefined ? undefined : new Uint8Array(readFileSync(path));
  };
}
