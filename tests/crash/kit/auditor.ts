/**
 * Reads databases and warden from outside, with nothing of the server in between, and holds them against each other and against
 * everything that was ever answered. It remembers what it saw: a ledger only grows, and what is destroyed stays so.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeEntry } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { leafHash, RightEdge } from '@strongroom/ledger';
import { connectWarden } from '@strongroom/warden';
import type { HelloAnswer } from '@strongroom/warden';
import { expect } from 'vitest';
import { readWardenImage } from '../../hostile/harness/thief.ts';
import { persist } from './installation.ts';
import type { Installation } from './installation.ts';
import type { Witness } from './witness.ts';

const engine = createNodeEngine();
const settleMsMax = 60_000;
/** Of the slots that live, how many of the newest are looked for in a tree. */
const liveSlotsMax = 50;

interface Followed {
  readonly edge: RightEdge;
  readonly entries: string[];
}

/** A ledger as it was before a restore. */
export interface NotedHead {
  readonly size: number;
  /** In hexadecimal digits. */
  readonly root: string;
  readonly voids: ReadonlySet<number>;
}

/** What lines that a restore took back had said of slots. */
interface LostSlots {
  readonly used: Set<number>;
  readonly destroyed: Set<number>;
}

interface LedgerRows {
  readonly entries: readonly { readonly entry: Uint8Array; readonly isVoid: boolean }[];
  readonly wrapSlots: ReadonlySet<number>;
}

/** What a ledger's lines say of slots. */
interface Slots {
  readonly used: ReadonlySet<number>;
  readonly destroyed: ReadonlySet<number>;
  readonly usedTwice: readonly number[];
  readonly releasedLate: readonly number[];
}

/** Heads as lines of text. A standby's own keys take up an edition only when it takes its warden's place. */
function listHeads({ ledgers }: HelloAnswer): string[] {
  return ledgers
    .map(({ ledger, size, root, isForked }) =>
      [ledger, size, Buffer.from(root).toString('hex'), isForked].join(' '),
    )
    .toSorted();
}

/** Void lines count for nothing. */
function listSlots(entries: LedgerRows['entries']): Slots {
  const used = new Set<number>();
  const destroyed = new Set<number>();
  const usedTwice: number[] = [];
  const releasedLate: number[] = [];
  for (const { entry, isVoid } of entries) {
    if (isVoid) continue;
    const { body } = decodeEntry(entry);
    if (body.k === 'written') {
      for (const { slot } of body.wraps) {
        if (used.has(slot)) usedTwice.push(slot);
        used.add(slot);
      }
    } else if (body.k === 'destroyed' || body.k === 'destruction.found') {
      for (const item of body.items) destroyed.add(item[3]);
    } else if (body.k === 'released') {
      for (const part of body.parts) if (destroyed.has(part[4])) releasedLate.push(part[4]);
    }
  }
  return { used, destroyed, usedTwice, releasedLate };
}

/** Remembers ledgers across restarts. */
export class Auditor {
  readonly #installation: Installation;
  readonly #witness: Witness;
  readonly #followed = new Map<string, Followed>();
  readonly #lost = new Map<string, LostSlots>();

  constructor(installation: Installation, witness: Witness) {
    this.#installation = installation;
    this.#witness = witness;
  }

  /** @throws whatever does not hold */
  async check(): Promise<void> {
    expect(this.#witness.contradictions).toEqual([]);
    this.#checkBlocks();
    // The server takes the warden's own entries a moment after a start.
    await persist(async () => await this.#compareWithWarden(), settleMsMax);
    for (const ledger of this.#followed.keys()) this.#checkLedger(ledger);
    await persist(async () => await this.#checkStandby(), settleMsMax);
    // A part whose puncture is durable gets its line a moment later.
    await persist(async () => this.#checkTrees(), settleMsMax);
  }

  /** The standby has every head that its warden signed. */
  async #checkStandby(): Promise<void> {
    const { standby } = this.#installation;
    if (standby === undefined) return;
    const clients = [this.#installation.connectWarden(), connectWarden(standby.socketPath)] as const;
    try {
      const [here, there] = await Promise.all([clients[0].hello(), clients[1].hello()]);
      expect(listHeads(there), 'the standby holds other heads').toEqual(listHeads(here));
    } finally {
      for (const client of clients) await client.close();
    }
  }

  /** Whoever takes a warden's home, the standby's too, opens what lives and nothing that was destroyed. */
  #checkTrees(): void {
    const { home, standby } = this.#installation;
    const homes = [join(home, 'warden'), ...(standby === undefined ? [] : [standby.home])];
    for (const ledger of this.#followed.keys()) {
      if (ledger === officeId) continue;
      const { used, destroyed } = listSlots(this.#read(ledger).entries);
      const live = [...used].filter((slot) => !destroyed.has(slot)).slice(-liveSlotsMax);
      for (const each of homes) {
        const findKeys = readWardenImage(each, ledger);
        const opens = (slot: number): boolean => findKeys(slot).length > 0;
        expect(
          live.filter((slot) => !opens(slot)),
          `slots of ${ledger} that live are dead in ${each}`,
        ).toEqual([]);
        const gone = [...destroyed, ...(this.#lost.get(ledger)?.destroyed ?? [])];
        expect(gone.filter(opens), `destroyed slots of ${ledger} live in ${each}`).toEqual([]);
      }
    }
  }

  /** Everything that is there before a restore. */
  noteHeads(): ReadonlyMap<string, NotedHead> {
    return new Map(
      [...this.#followed.keys()].map((ledger) => {
        const { edge } = this.#follow(ledger);
        const { entries } = this.#read(ledger);
        const voids = new Set(entries.flatMap(({ isVoid }, index) => (isVoid ? [index] : [])));
        return [ledger, { size: edge.size, root: Buffer.from(edge.root()).toString('hex'), voids }];
      }),
    );
  }

  /**
   * Compares with what was there before a restore: the same up to where it cut, and the rest named by the statement. It is forgotten but
   * for its slots. Answers how many entries that were.
   */
  noteRestore(before: ReadonlyMap<string, NotedHead>, hasStatement: boolean): number {
    if (!hasStatement) {
      for (const ledger of before.keys()) this.#follow(ledger);
      return 0;
    }
    let lost = 0;
    const office = this.#read(officeId).entries;
    const from = office.findLastIndex(({ entry }) => decodeEntry(entry).body.k === 'firm.restored');
    const { body } = decodeEntry(office[from]!.entry);
    if (body.k !== 'firm.restored') throw new Error('the restore left no statement');
    for (const [ledger, head] of before) {
      const vault = body.vaults.find(([id]) => id === ledger);
      const [size, lostSize, lostRoot] =
        vault === undefined ? [from, body.lost[0], body.lost[1]] : [vault[1], vault[3], vault[4]];
      expect({ ledger, size: lostSize, root: Buffer.from(lostRoot).toString('hex') }).toEqual({
        ledger,
        size: head.size,
        root: head.root,
      });
      this.#cut(ledger, size, head.voids);
      lost += head.size - size;
    }
    return lost;
  }

  #cut(ledger: string, size: number, voids: ReadonlySet<number>): void {
    const before = this.#followed.get(ledger)?.entries ?? [];
    const known = this.#lost.get(ledger) ?? { used: new Set<number>(), destroyed: new Set<number>() };
    this.#lost.set(ledger, known);
    const taken = before.slice(size).map((text, place) => ({
      entry: Buffer.from(text, 'base64url'),
      isVoid: voids.has(size + place),
    }));
    const slots = listSlots(taken);
    for (const slot of slots.used) known.used.add(slot);
    for (const slot of slots.destroyed) known.destroyed.add(slot);
    this.#followed.delete(ledger);
    const { entries } = this.#follow(ledger);
    expect(entries.slice(0, size), `${ledger} was changed by a restore`).toEqual(before.slice(0, size));
    this.#witness.forgetFrom(ledger, size);
  }

  /** Every ledger in the databases is what the warden signed, and both have all that was there before. */
  async #compareWithWarden(): Promise<void> {
    const warden = this.#installation.connectWarden();
    try {
      const { ledgers } = await warden.hello();
      for (const { ledger, size, root, isForked } of ledgers) {
        const isOpen = ledger === officeId || size > 0;
        if (!isOpen) continue;
        const { edge } = this.#follow(ledger);
        expect({ ledger, isForked, size, root: Buffer.from(root).toString('hex') }).toEqual({
          ledger,
          isForked: false,
          size: edge.size,
          root: Buffer.from(edge.root()).toString('hex'),
        });
      }
    } finally {
      await warden.close();
    }
  }

  /** Reads what is new in a database, and makes sure that what was there is as it was. */
  #follow(ledger: string): Followed {
    const followed = this.#followed.get(ledger) ?? { edge: RightEdge.create(engine), entries: [] };
    this.#followed.set(ledger, followed);
    const now = this.#read(ledger).entries;
    expect(now.length, `${ledger} lost entries`).toBeGreaterThanOrEqual(followed.entries.length);
    for (const [index, { entry }] of now.entries()) {
      const text = Buffer.from(entry).toString('base64url');
      if (index < followed.entries.length) {
        expect(text, `${ledger} ${index} changed`).toBe(followed.entries[index]);
      } else {
        followed.entries.push(text);
        followed.edge.append(leafHash(engine, entry));
      }
    }
    return followed;
  }

  /** All receipts are kept; no slot is used twice; nothing destroyed is wrapped or was released afterwards. */
  #checkLedger(ledger: string): void {
    const { entries } = this.#follow(ledger);
    for (const [index, entry] of this.#witness.entries.get(ledger) ?? []) {
      expect(entries[index], `${ledger} ${index} was answered and is not there`).toBe(entry);
    }
    const rows = this.#read(ledger);
    for (const index of this.#witness.releases.get(ledger) ?? []) {
      expect(['released', 'listed', 'leased']).toContain(decodeEntry(rows.entries[index]!.entry).body.k);
      expect(rows.entries[index]!.isVoid, `${ledger} ${index} was released and is void`).toBe(false);
    }
    const { used, destroyed, usedTwice, releasedLate } = listSlots(rows.entries);
    expect(usedTwice, `slots of ${ledger} are used twice`).toEqual([]);
    expect(releasedLate, `slots of ${ledger} were released after their end`).toEqual([]);
    const lost = this.#lost.get(ledger);
    const isBack = (slot: number): boolean => used.has(slot) || rows.wrapSlots.has(slot);
    expect([...(lost?.used ?? [])].filter(isBack), `slots of lost lines of ${ledger} are used again`).toEqual(
      [],
    );
    const isForgotten = (slot: number): boolean => used.has(slot) && !destroyed.has(slot);
    expect(
      [...(lost?.destroyed ?? [])].filter(isForgotten),
      `destroyed slots of ${ledger} came back`,
    ).toEqual([]);
    for (const slot of destroyed)
      expect(rows.wrapSlots.has(slot), `a wrap of slot ${slot} is kept`).toBe(false);
    for (const slot of used)
      if (!destroyed.has(slot))
        expect(rows.wrapSlots.has(slot), `the wrap of slot ${slot} is lost`).toBe(true);
  }

  #checkBlocks(): void {
    const byVault = Map.groupBy(this.#witness.blocks, ({ vault }) => vault);
    for (const [vault, blocks] of byVault) {
      const sorted = blocks.toSorted((left, right) => left.first - right.first);
      for (const [place, { first }] of sorted.entries()) {
        const before = sorted[place - 1];
        if (before === undefined) continue;
        expect(before.first + before.count, `slots of ${vault} were handed out twice`).toBeLessThanOrEqual(
          first,
        );
      }
    }
  }

  #read(ledger: string): LedgerRows {
    const folder =
      ledger === officeId ? join('office', 'office.sqlite') : join('vaults', ledger, 'vault.sqlite');
    const database = new DatabaseSync(join(this.#installation.home, 'data', folder), { readOnly: true });
    try {
      const rows = database.prepare('SELECT position, entry, void_code FROM entries ORDER BY position').all();
      expect(
        rows.map(({ position }) => position),
        `${ledger} has a gap`,
      ).toEqual(rows.map((_row, index) => index));
      const slots = database.prepare('SELECT slot FROM wraps').all();
      return {
        entries: rows.map(({ entry, void_code }) => ({
          entry: entry as Uint8Array,
          isVoid: void_code !== null,
        })),
        wrapSlots: new Set(slots.map(({ slot }) => slot as number)),
      };
    } finally {
      database.close();
    }
  }

  /** Ledgers that hold entries. */
  get ledgers(): VaultId[] {
    return [...this.#followed.keys()] as VaultId[];
  }
}
