import { describe, expect, it } from 'vitest';
import {
  appendLeaves,
  encodeEntryBundle,
  formatNoteKey,
  leafHash,
  parsePolicy,
  RightEdge,
  verifyExportedLog,
} from '@strongroom/ledger';
import {
  createExport,
  createMemoryLedger,
  createTestSigner,
  engine,
  entriesOf,
  entryOf,
  flipBit,
} from './memory-ledger.ts';

const log = await createTestSigner('office.example/strongroom/vault', 1);
const policy = parsePolicy(engine, `log ${formatNoteKey(log.key)}\nquorum none\n`);

function verify(files: ReadonlyMap<string, Uint8Array>): ReturnType<typeof verifyExportedLog> {
  return verifyExportedLog(engine, { policy, readFile: async (path) => files.get(path) });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function difference(details: Readonly<Record<string, unknown>>): unknown {
  return expect.objectContaining({ code: 'PROOF_INVALID', details: expect.objectContaining(details) });
}

describe('an export', () => {
  it.each([0, 1, 255, 256, 257, 70_000])(
    'of %i entries is verified, and its entries come out',
    async (size) => {
      const files = await createExport(size, log);
      const verified = await verify(files);
      expect(verified.checkpoint.size).toBe(size);
      expect(verified.edge.root()).toEqual(verified.checkpoint.root);
      let count = 0;
      for await (const { index, entry } of verified.entries()) {
        expect(index).toBe(count);
        if (index % 997 === 0 || index === size - 1) expect(entry).toEqual(entryOf(index));
        count += 1;
      }
      expect(count).toBe(size);
      const from = Math.max(0, size - 3);
      const last = await collect(verified.entries(from));
      expect(last.map(({ index }) => index)).toEqual(
        [0, 1, 2].map((step) => from + step).filter((index) => index < size),
      );
    },
  );

  it('with any file altered or gone is refused, and the file is named', async () => {
    const files = await createExport(600, log);
    expect(files.size).toBe(1 + 3 + 3 + 1);
    for (const [path, bytes] of files) {
      await expect(verify(new Map([...files].filter(([other]) => other !== path)))).rejects.toThrow(
        difference({ reason: 'file-missing', path }),
      );
      for (const bit of [8, 77, bytes.length * 8 - 9]) {
        const altered = new Map(files).set(path, flipBit(bytes, bit));
        if (path === 'checkpoint') await expect(verify(altered)).rejects.toThrow();
        else
          await expect(verify(altered)).rejects.toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }));
      }
      await expect(verify(new Map(files).set(path, bytes.slice(0, -1)))).rejects.toThrow();
      await expect(verify(new Map(files).set(path, new Uint8Array([...bytes, 0])))).rejects.toThrow();
    }
  });

  it('names the first entry of a difference', async () => {
    const files = await createExport(600, log);
    const tile = files.get('tile/0/001') as Uint8Array;
    const altered = new Map(files).set('tile/0/001', flipBit(tile, 8 * (32 * 10 + 5)));
    await expect(verify(altered)).rejects.toThrow(difference({ path: 'tile/0/001', hash: 10, entry: 266 }));
    const top = files.get('tile/1/000.p/2') as Uint8Array;
    const alteredTop = new Map(files).set('tile/1/000.p/2', flipBit(top, 8 * 40));
    await expect(verify(alteredTop)).rejects.toThrow(
      difference({ path: 'tile/1/000.p/2', hash: 1, entry: 256 }),
    );
    const entries = entriesOf(600).slice(256, 512);
    entries[4] = new TextEncoder().encode('rewritten');
    const rewritten = new Map(files).set('tile/entries/001', encodeEntryBundle(entries));
    await expect(verify(rewritten)).rejects.toThrow(difference({ path: 'tile/0/001', hash: 4, entry: 260 }));
  });

  it('rewritten with all its tiles is still refused by the signed root', async () => {
    const files = await createExport(20, log);
    const entries = entriesOf(20);
    entries[4] = new TextEncoder().encode('rewritten');
    const { store } = createMemoryLedger(20);
    const edge = RightEdge.create(engine);
    store.tiles.clear();
    appendLeaves(
      store,
      edge,
      entries.map((entry) => leafHash(engine, entry)),
    );
    const forged = new Map(files)
      .set('tile/entries/000.p/20', encodeEntryBundle(entries))
      .set('tile/0/000.p/20', store.readTile(0, 0) as Uint8Array);
    await expect(verify(forged)).rejects.toThrow(difference({ reason: 'root-differs' }));
  });

  it('signed by a stranger is refused', async () => {
    const stranger = await createTestSigner(log.key.name, 66);
    await expect(verify(await createExport(5, stranger))).rejects.toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('may have full tiles where the ledger has grown since', async () => {
    const files = await createExport(300, log);
    const grown = await createExport(600, log);
    for (const partial of ['tile/entries/001.p/44', 'tile/0/001.p/44']) {
      files.delete(partial);
      const full = partial.replace('.p/44', '');
      files.set(full, grown.get(full) as Uint8Array);
    }
    expect((await collect((await verify(files)).entries())).length).toBe(300);
  });

  it('that changes after it was verified gives no changed entry', async () => {
    const files = await createExport(600, log);
    const verified = await verify(files);
    files.set('tile/entries/001', encodeEntryBundle(entriesOf(256)));
    const read: number[] = [];
    const reading = (async (): Promise<void> => {
      for await (const { index } of verified.entries()) read.push(index);
    })();
    await expect(reading).rejects.toThrow(difference({ reason: 'bundle-changed', path: 'tile/entries/001' }));
    expect(read.length).toBe(256);
  });
});
