/** What the warden holds of one ledger beside the authority's state: the tree's edge, newest hashes, own entries that are out. */
import { compareBytes, decodeCbor } from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import { RightEdge, leafHash } from '@strongroom/ledger';
import type { HashEngine } from '@strongroom/ledger';
import { wardenLimits } from '../limits.ts';
import { isCborMap } from '../protocol/frames.ts';
import { RecentHashes } from './recent-hashes.ts';

/** A signed body of the warden that has not come back in the ledger. */
export type OutstandingEntry = {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  /** By the monotonic clock; the start of the process for what was read from the disk. */
  readonly sinceMs: number;
};

export class LedgerTable {
  readonly #engine: HashEngine;
  #edge: RightEdge;
  #recent: RecentHashes;
  /** Oldest first. */
  own: OutstandingEntry[] = [];
  isForked = false;
  /** Versions that were written in the top class, `<record> <number>`: the authority keeps no rows of records here. */
  readonly topVersions: Set<string>;
  /** Indexes of void entries, ascending: what a restore from a backup that ends before their lines has to know. */
  #voids: number[];

  constructor(
    engine: HashEngine,
    edge: RightEdge = RightEdge.create(engine),
    recent: RecentHashes = new RecentHashes(),
    topVersions: Iterable<string> = [],
    voids: readonly number[] = [],
  ) {
    this.#engine = engine;
    this.#edge = edge;
    this.#recent = recent;
    this.topVersions = new Set(topVersions);
    this.#voids = [...voids];
  }

  get size(): number {
    return this.#edge.size;
  }

  root(): Uint8Array {
    return this.#edge.root();
  }

  append(entry: Uint8Array): void {
    const hash = leafHash(this.#engine, entry);
    this.#edge.append(hash);
    this.#recent.append(hash);
  }

  /** The leaf hash at an index, undefined if it is too old. */
  findHash(index: number): Uint8Array | undefined {
    return this.#recent.find(index);
  }

  /** The root with these leaf hashes appended; nothing changes. */
  rootWith(hashes: readonly Uint8Array[]): Uint8Array {
    const edge = this.#edge.clone();
    for (const hash of hashes) edge.append(hash);
    return edge.root();
  }

  /** The newest entry is void. */
  addVoid(index: number): void {
    this.#voids.push(index);
  }

  /** Indexes of void entries among those whose hashes are kept. */
  listVoids(): readonly number[] {
    return this.#voids.filter((index) => index >= this.size - wardenLimits.recentHashesMax);
  }

  /** Whether a line of a restore about a room is out. */
  get isRestricting(): boolean {
    return this.own.some(({ body }) => readOwnBody(body)['k'] === 'room.restored');
  }

  findOwn(body: Uint8Array): OutstandingEntry | undefined {
    return this.own.find((entry) => compareBytes(entry.body, body) === 0);
  }

  encode(): CborValue {
    return [
      this.#edge.encode(),
      this.#recent.encode(),
      this.isForked,
      this.own.map(({ body, signature }) => [body, signature]),
      [...this.topVersions].toSorted(),
      [...this.listVoids()],
    ];
  }

  static decode(engine: HashEngine, value: CborValue, nowMonotonicMs: number): LedgerTable {
    const [edgeBytes, hashes, isForked, own, topVersions, voids] = value as [
      Uint8Array,
      Uint8Array,
      boolean,
      [Uint8Array, Uint8Array][],
      string[] | undefined,
      number[] | undefined,
    ];
    const edge = RightEdge.decode(engine, edgeBytes);
    const table = new LedgerTable(engine, edge, new RecentHashes(edge.size, hashes), topVersions, voids);
    table.isForked = isForked;
    table.own = own.map(([body, signature]) => ({ body, signature, sinceMs: nowMonotonicMs }));
    return table;
  }
}

/** How a version is named among those of the top class. */
export function nameVersion(record: string, version: number): string {
  return `${record} ${version}`;
}

/** The decoded map of a body that the warden itself made. */
export function readOwnBody(body: Uint8Array): CborMap {
  const value = decodeCbor(body);
  return isCborMap(value) ? value : {};
}
