/** People at work while processes die: which commands they give, and what must hold when everything is up again. */
import type { DisposalId } from '@strongroom/core';
import { expect } from 'vitest';
import { Auditor } from './auditor.ts';
import type { Dice } from './dice.ts';
import type { Installation } from './installation.ts';
import { persist } from './installation.ts';
import { codeOf } from './member.ts';
import type { Member } from './member.ts';
import type { Office } from './office.ts';
import { Papers } from './papers.ts';
import type { Paper } from './papers.ts';

/** What a person may be told when a server or warden is gone, starts, or waits for something; and what two people at once may meet. */
const expectedCodes: ReadonlySet<string> = new Set([
  'done',
  'SERVER_UNREACHABLE',
  'SERVER_FAILED',
  'WARDEN_UNAVAILABLE',
  'WARDEN_WAITING',
  'HOLD_IN_FORCE',
  'DISPOSAL_UNFINISHED',
  'DISPOSAL_INCOMPLETE',
  'CHAIN_CONFLICT',
]);

const graceMs = 73 * 3_600_000;

/** The firm's days. */
export class OfficeDay {
  readonly office: Office;
  readonly papers: Papers;
  readonly auditor: Auditor;
  readonly #dice: Dice;
  readonly #disposals = new Map<DisposalId, Paper>();
  #isCleoIn = false;

  constructor(office: Office, dice: Dice) {
    this.office = office;
    this.papers = new Papers(office.room);
    this.auditor = new Auditor(office.installation, office.witness);
    this.#dice = dice;
  }

  get #installation(): Installation {
    return this.office.installation;
  }

  get members(): readonly Member[] {
    return [this.office.ada, this.office.ben];
  }

  /** One to three commands of one person, one after the other. */
  async work(member: Member): Promise<void> {
    const commands = 1 + this.#dice.below(3);
    for (let done = 0; done < commands; done++) {
      const command = this.#choose(member);
      const life = member.isAlive;
      const code = await codeOf(command()).catch((cause: unknown) => {
        // A device that was killed says nothing any more.
        if (life && !member.isAlive) return 'done';
        throw cause;
      });
      expect(expectedCodes, `a command was refused with ${code}`).toContain(code);
    }
  }

  #choose(member: Member): () => Promise<unknown> {
    const { papers, office } = this;
    const dice = this.#dice;
    const kept = papers.inState('kept');
    const roll = dice.below(20);
    const own = dice.find(kept.filter(({ by }) => by === member));
    const any = dice.find(kept);
    if (roll < 6 || any === undefined) return async () => await papers.add(member);
    if (roll < 9 && own !== undefined) return async () => await papers.revise(own);
    if (roll < 14) return async () => await papers.read(member, any);
    if (roll < 15) return async () => await member.device.records.list({ room: office.room });
    if (roll < 16) return async () => await this.#holdAndLift(member);
    if (roll < 17) return async () => await this.#moveCleo();
    if (roll < 19) return async () => await this.#approve(member);
    return async () => await this.#propose(member, any);
  }

  async #holdAndLift(member: Member): Promise<void> {
    const { hold } = await member.device.holds.place({ room: this.office.room });
    await this.office.ada.device.holds.lift({ hold });
  }

  async #moveCleo(): Promise<void> {
    const { ada, room, cleo, cleoFingerprint } = this.office;
    const isIn = this.#isCleoIn;
    this.#isCleoIn = !isIn;
    if (isIn) await ada.device.access.revoke({ room, person: cleo });
    else await ada.device.access.grant({ room, person: cleo, fingerprint: cleoFingerprint });
  }

  async #propose(member: Member, paper: Paper): Promise<void> {
    paper.state = 'doomed';
    const { disposal } = await member.device.disposals.propose({ records: [paper.record] });
    this.#disposals.set(disposal, paper);
  }

  async #approve(member: Member): Promise<void> {
    const rows = await member.device.disposals.list({ room: this.office.room });
    const open = rows.find(
      ({ state, proposedBy }) => state === 'proposed' && proposedBy !== member.device.me.person,
    );
    if (open !== undefined) await member.device.disposals.approve({ disposal: open.disposal });
  }

  /** Three days later: what was approved is destroyed, whatever dies meanwhile. */
  async passGrace(kill: () => Promise<void>): Promise<void> {
    const { ada, room } = this.office;
    await this.#installation.advance(graceMs);
    await Promise.all(this.members.map(async (member) => await member.unlock()));
    await kill();
    await persist(async () => {
      if (!this.#installation.isServerAlive) await this.#installation.recover();
      await this.#installation.waitForWarden();
      await this.#agreeOnTime();
      const rows = await ada.device.disposals.list({ room });
      expect(rows.filter(({ state }) => state === 'approved' || state === 'intended')).toEqual([]);
    }, 60_000);
  }

  /** Requests of two persons that agree with the warden's clock. */
  async #agreeOnTime(): Promise<void> {
    const paper = this.papers.inState('kept').at(-1);
    for (const member of this.members) if (paper !== undefined) await codeOf(member.read(paper.record));
  }

  /** Everything is up: what must hold. */
  async check(): Promise<void> {
    const { papers, office } = this;
    const dice = this.#dice;
    for (const member of this.members) {
      if (!member.isAlive) await member.open();
      await member.device.sync();
      await papers.finish(member);
    }
    await this.#noteDisposals();
    await this.#liftHolds();
    const reader = dice.pick(this.members);
    await papers.compareList(reader);
    const present = [...papers.inState('kept'), ...papers.inState('doomed')];
    for (const paper of [...present.slice(-3), dice.find(present), dice.find(present)]) {
      if (paper !== undefined) await papers.read(reader, paper, 1 + dice.below(paper.edition));
    }
    const gone = dice.find(papers.inState('destroyed'));
    if (gone !== undefined) await papers.expectGone(reader, gone);
    await this.auditor.check();
    expect((await office.ada.device.ledger.verify({ ledger: office.vault })).disagreements).toEqual([]);
    await papers.read(reader, await papers.add(reader));
  }

  /** Everything that was ever acknowledged opens, or is destroyed. */
  async checkAll(): Promise<void> {
    await this.check();
    for (const paper of this.papers.byNumber.values()) {
      for (const reader of this.members) {
        if (paper.state === 'destroyed') await this.papers.expectGone(reader, paper);
        else await this.papers.read(reader, paper);
      }
    }
  }

  async #noteDisposals(): Promise<void> {
    const { ada, room } = this.office;
    for (const { state, records } of await ada.device.disposals.list({ room })) {
      for (const paper of this.papers.byNumber.values()) {
        if (!records.includes(paper.record)) continue;
        if (state === 'destroyed') paper.state = 'destroyed';
        else if (paper.state === 'kept') paper.state = 'doomed';
      }
    }
  }

  async #liftHolds(): Promise<void> {
    const { ada, room } = this.office;
    for (const { hold, state } of await ada.device.holds.list({ room })) {
      if (state === 'open') await ada.device.holds.lift({ hold });
    }
  }
}
