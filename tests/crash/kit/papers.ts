/**
 * The records of the crash tests. A paper's bytes follow from its name, `<number>.<edition>`, so that whoever finds it knows what it
 * must hold. Attempted is what a device began to write, acknowledged is what it was told is written.
 */
import type { RecordId, RoomId } from '@strongroom/core';
import type { FileSource } from '@strongroom/device';
import { expect } from 'vitest';
import { contentOf, fileOf } from '../../device/firm-world.ts';
import { codeOf } from './member.ts';
import type { Member } from './member.ts';

/** What became of a record, as far as anybody was told. */
export type PaperState = 'kept' | 'doomed' | 'destroyed';

/** One acknowledged record. */
export interface Paper {
  readonly number: number;
  readonly record: RecordId;
  readonly by: Member;
  /** Newest acknowledged edition, which is the version. */
  edition: number;
  state: PaperState;
}

/** The file of a name. */
export function fileOfPaper(name: string): FileSource {
  return fileOf(name, bytesOfPaper(name), `/papers/${name}`);
}

/** The bytes of a name: now nothing, now a few, now two segments. */
export function bytesOfPaper(name: string): Uint8Array {
  const [number = 0, edition = 0] = name.split('.').map(Number);
  const seed = number * 1_000 + edition;
  return contentOf(seed % 13 === 0 ? 300_000 : (seed * 37) % 3_000, seed + 1);
}

/** What people had been told when a backup began, and everything that anybody had tried when it ended. */
export interface PapersMark {
  /** Newest acknowledged edition by the paper's number. */
  readonly acknowledged: ReadonlyMap<number, number>;
  readonly attempted: ReadonlySet<string>;
}

/** Keeps the account. */
export class Papers {
  readonly byNumber: Map<number, Paper> = new Map();
  readonly attempted: Set<string> = new Set();
  readonly #room: RoomId;
  #next = 1;

  constructor(room: RoomId) {
    this.#room = room;
  }

  /** Adds a record. */
  async add(by: Member): Promise<Paper> {
    const number = this.#next++;
    const name = `${number}.1`;
    this.attempted.add(name);
    const { record, version } = await by.device.records.add({ room: this.#room, source: fileOfPaper(name) });
    return this.#acknowledge(by, name, record, version);
  }

  /** Adds a version to a record of the same person. */
  async revise(paper: Paper): Promise<void> {
    const name = `${paper.number}.${paper.edition + 1}`;
    this.attempted.add(name);
    const { by, record } = paper;
    const added = await by.device.records.addVersion({
      record,
      base: paper.edition,
      source: fileOfPaper(name),
    });
    this.#acknowledge(by, name, added.record, added.version);
  }

  /** Opens a record and compares. */
  async read(reader: Member, paper: Paper, edition: number = paper.edition): Promise<void> {
    const bytes = await reader.read(paper.record, edition);
    expect(
      Buffer.compare(bytes, bytesOfPaper(`${paper.number}.${edition}`)),
      `paper ${paper.number}.${edition}`,
    ).toBe(0);
  }

  /** Opening a destroyed record is refused. */
  async expectGone(reader: Member, paper: Paper): Promise<void> {
    expect(await codeOf(reader.read(paper.record, 1)), `paper ${paper.number}`).toBe('RECORD_DESTROYED');
  }

  /** Newest acknowledged edition by number. */
  listEditions(): Map<number, number> {
    return new Map([...this.byNumber.values()].map(({ number, edition }) => [number, edition]));
  }

  /**
   * After a restore: what was acknowledged before the backup began is there, what is destroyed stays so, nothing is there that was not begun
   * when the backup ended. What else is gone is forgotten, and answered.
   */
  async rewind(reader: Member, mark: PapersMark): Promise<Paper[]> {
    const rows = await reader.device.records.list({ room: this.#room });
    const lost: Paper[] = [];
    for (const paper of this.byNumber.values()) {
      const { number, state } = paper;
      const row = rows.find(({ record }) => record === paper.record);
      if (row === undefined) {
        const isKnown = mark.acknowledged.has(number);
        expect(isKnown && state !== 'destroyed', `paper ${number} is not in the backup`).toBe(false);
        this.byNumber.delete(number);
        lost.push(paper);
      } else if (row.state === 'destroyed') {
        expect(state, `paper ${number} is destroyed by a restore`).not.toBe('kept');
        paper.state = 'destroyed';
      } else {
        expect(state, `paper ${number} came back`).not.toBe('destroyed');
        expect(mark.attempted, `paper ${row.name} is younger than the backup`).toContain(row.name);
        const least = mark.acknowledged.get(number) ?? 0;
        expect(row.version, `paper ${number} is older than the backup`).toBeGreaterThanOrEqual(least);
        paper.edition = row.version;
        paper.state = 'kept';
      }
    }
    return lost;
  }

  /** Papers in a state, oldest first. */
  inState(state: PaperState): Paper[] {
    return [...this.byNumber.values()].filter((paper) => paper.state === state);
  }

  /** Takes up the unfinished uploads of a person. Each ends written, once. */
  async finish(by: Member): Promise<void> {
    for (const { upload, name } of await by.device.records.pending()) {
      expect(this.attempted, 'an upload that nobody began').toContain(name);
      const { record, version } = await by.device.records.resume({ upload, source: fileOfPaper(name) });
      this.#acknowledge(by, name, record, version);
    }
    expect(await by.device.records.pending()).toEqual([]);
  }

  /** Everything acknowledged is listed, nothing is there twice, nothing is there that nobody wrote. */
  async compareList(reader: Member): Promise<void> {
    const rows = await reader.device.records.list({ room: this.#room });
    const listed = new Map<number, { record: RecordId; edition: number }>();
    for (const { record, name, version, state } of rows) {
      if (state === 'destroyed') continue;
      expect(this.attempted).toContain(name);
      const [number = 0, edition = 0] = name.split('.').map(Number);
      expect(listed.has(number), `paper ${number} is there twice`).toBe(false);
      expect(version, `paper ${name} has another version`).toBe(edition);
      listed.set(number, { record, edition });
    }
    for (const { number, record, edition, state } of this.byNumber.values()) {
      if (state === 'destroyed') continue;
      const found = listed.get(number);
      if (found === undefined && state === 'doomed') continue;
      expect(found?.record, `paper ${number} is lost`).toBe(record);
      expect(found?.edition ?? 0, `edition ${edition} of paper ${number} is lost`).toBeGreaterThanOrEqual(
        edition,
      );
    }
  }

  #acknowledge(by: Member, name: string, record: RecordId, version: number): Paper {
    const [number = 0, edition = 0] = name.split('.').map(Number);
    expect(version, `the version of paper ${name}`).toBe(edition);
    const known = this.byNumber.get(number);
    if (known === undefined) {
      const paper: Paper = { number, record, by, edition, state: 'kept' };
      this.byNumber.set(number, paper);
      return paper;
    }
    expect(record, `paper ${name} became another record`).toBe(known.record);
    known.edition = Math.max(known.edition, edition);
    return known;
  }
}
