/** A log in memory with two histories that part after some entries, its checkpoints, and the requests that it would send. */
import { createNodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  computeRoot,
  createNoteKey,
  createNoteSigner,
  formatAddCheckpoint,
  formatNoteKey,
  leafHash,
  makeConsistencyProof,
  noteSignatureTypes,
  readTilesFrom,
  RightEdge,
  signCheckpoint,
  TileNodes,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';

export const engine: ReturnType<typeof createNodeEngine> = createNodeEngine();

export class SmallLog {
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly #histories: readonly TileNodes[];

  private constructor(signer: NoteSigner, histories: readonly TileNodes[]) {
    this.origin = signer.key.name;
    this.signer = signer;
    this.#histories = histories;
  }

  static async create(options: {
    readonly origin: string;
    readonly size: number;
    readonly fork?: number;
    readonly seedByte?: number;
  }): Promise<SmallLog> {
    const { origin, size, fork = size, seedByte = 1 } = options;
    const seed = new Uint8Array(32).fill(seedByte);
    const publicKey = await engine.ed25519PublicKey(seed);
    const key = createNoteKey(engine, { name: origin, type: noteSignatureTypes.ed25519, publicKey });
    const histories = [0, 1].map((branch) => {
      const tiles = new Map<string, Uint8Array>();
      const store = {
        readTile: (level: number, index: number): Uint8Array | undefined => tiles.get(`${level}/${index}`),
        writeTile: (level: number, index: number, bytes: Uint8Array): void =>
          void tiles.set(`${level}/${index}`, bytes),
      };
      const leaves = Array.from({ length: size }, (_, index) =>
        leafHash(engine, new TextEncoder().encode(`${index < fork ? 0 : branch} ${index}`)),
      );
      appendLeaves(store, RightEdge.create(engine), leaves);
      return new TileNodes(engine, readTilesFrom(store));
    });
    return new SmallLog(createNoteSigner(engine, key, seed), histories);
  }

  get vkey(): string {
    return formatNoteKey(this.signer.key);
  }

  async checkpoint(size: number, branch = 0): Promise<string> {
    const root = await computeRoot(this.#histories[branch]!, size);
    return await signCheckpoint({ origin: this.origin, size, root }, this.signer);
  }

  /** The body of a request from one size to another. */
  async request(oldSize: number, size: number, branch = 0): Promise<string> {
    const proof = await makeConsistencyProof(this.#histories[branch]!, oldSize, size);
    return formatAddCheckpoint({ oldSize, proof, checkpoint: await this.checkpoint(size, branch) });
  }
}
