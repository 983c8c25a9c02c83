/** What the chapters of the story share: the people, the clients made so far, and the way time passes between what they do. */
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { FileSource, Purpose } from '@strongroom/device';
import { cast } from '../cast.ts';
import type { CastKey } from '../cast.ts';
import type { ClientPlan } from '../client-names.ts';
import { DemoPerson } from '../demo-person.ts';
import type { Installation } from '../installation.ts';
import type { Paper } from '../papers.ts';
import { createSeededRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Starts } from '../starts.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A record that was written. */
export interface WrittenPaper {
  readonly record: RecordId;
  readonly paper: Paper;
}

/** A client with its room. */
export interface DemoClient {
  readonly plan: ClientPlan;
  readonly room: RoomId;
  readonly vault: VaultId;
  readonly code: string;
  /** Who may open the room besides its maker, first the one who leads. */
  readonly members: CastKey[];
  readonly written: WrittenPaper[];
  /** Papers that wait for their day. */
  readonly waiting: Paper[];
}

/** How much there is of everything. */
export interface StorySize {
  readonly clients: number;
  readonly documents: number;
  /** Clients that have documents. */
  readonly busy: number;
  /** Of the first client. */
  readonly firstDocuments: number;
  readonly openings: number;
}

/** Handed from chapter to chapter. */
export class StoryWorld {
  readonly installation: Installation;
  readonly size: StorySize;
  readonly random: SeededRandom;
  readonly people: ReadonlyMap<CastKey, DemoPerson>;
  readonly vaults: VaultId[] = [];
  readonly clients: DemoClient[] = [];
  /** The code of the invitation that nobody has taken up. */
  openInvitation = '';
  /** The firm's root in hexadecimal, once the story is told. */
  root = '';
  /** When the story ends: now. */
  readonly endMs: number;
  readonly #midnightMs: number;

  constructor(
    installation: Installation,
    options: {
      readonly size: StorySize;
      readonly seed: number;
      readonly password: string;
      readonly endMs: number;
      readonly starts: Starts;
    },
  ) {
    this.installation = installation;
    this.size = options.size;
    this.random = createSeededRandom(options.seed);
    this.people = new Map(
      cast.map((member) => [
        member.key,
        new DemoPerson(member, { installation, password: options.password, starts: options.starts }),
      ]),
    );
    this.endMs = options.endMs;
    this.#midnightMs = options.endMs - (options.endMs % dayMs);
  }

  person(key: CastKey): DemoPerson {
    const found = this.people.get(key);
    if (found === undefined) throw new Error(`nobody is called ${key}`);
    return found;
  }

  /** Several people come to the office at once. */
  async bringIn(keys: readonly CastKey[]): Promise<void> {
    await Promise.all(keys.map(async (key) => await this.person(key).signIn()));
  }

  /** The client of this name. */
  client(name: string): DemoClient {
    const found = this.clients.find(({ plan }) => plan.name === name);
    if (found === undefined) throw new Error(`no client is called ${name}`);
    return found;
  }

  /** Time passes to a working day so long ago, at that hour (UTC). */
  async goTo(daysAgo: number, hour: number, minute = 0): Promise<void> {
    const dayStartMs = this.#midnightMs - daysAgo * dayMs;
    const weekday = new Date(dayStartMs).getUTCDay();
    const back = weekday === 6 ? 1 : weekday === 0 ? 2 : 0;
    await this.installation.advanceTo(dayStartMs - back * dayMs + (hour * 60 + minute) * minuteMs);
  }

  /** A few minutes pass, few enough that nobody has to sign in again. */
  async pause(minutesMax = 7): Promise<void> {
    await this.installation.advance(
      (1 + this.random.below(minutesMax)) * minuteMs + this.random.below(minuteMs),
    );
  }

  /** Somebody adds a document. What chance decides was decided before, so that several may do it at once. */
  async write(who: CastKey, client: DemoClient, source: FileSource, paper: Paper): Promise<WrittenPaper> {
    const device = await this.person(who).signIn();
    const { record } = await device.records.add({
      room: client.room,
      source,
      folder: (paper.comesAs ?? paper).folder,
      type: paper.type,
      ...(paper.class === undefined ? {} : { class: paper.class }),
    });
    return { record, paper };
  }

  /** The file that a paper becomes. */
  printPaper(paper: Paper): FileSource {
    const bytes = paper.write(this.random);
    return {
      name: (paper.comesAs ?? paper).name,
      sizeBytes: bytes.length,
      modifiedAtMs: this.installation.nowMs() - this.random.below(20) * dayMs - this.random.below(dayMs),
      read: async (offset, length) => bytes.slice(offset, offset + length),
    };
  }

  /** Somebody opens a record; what it holds is not kept. */
  async open(who: CastKey, record: RecordId, purpose: Purpose, reason?: string): Promise<void> {
    const device = await this.person(who).signIn();
    await device.records.open({
      record,
      purpose,
      ...(reason === undefined ? {} : { reason }),
      sink: { write: async () => undefined, commit: async () => undefined, abort: async () => undefined },
    });
  }
}

/** The record of a document by the beginning of its name. */
export function recordNamed(client: DemoClient, name: string): RecordId {
  const found = client.written.find(({ paper }) => paper.name.startsWith(name));
  if (found === undefined) throw new Error(`no document is called ${name}`);
  return found.record;
}
