/** People at work while processes die: which commands they give, and what must hold when everything is up again. */
import type { DisposalId } from '@strongroom/core';
import { expect } from 'vitest';
import { Auditor } from './auditor.ts';
import type { Dice } from './dice.ts';
import type { Installation } from './installation.ts';
import { persist } from './installation.ts';
import { codeOf, settle } from './member.ts';
import type { Member } from './member.ts';
import type { Office } from './office.ts';
import { Papers } from './papers.ts';
import type { Paper, PapersMark } from './papers.ts';

/** What a person may be told when a server or warden is gone, starts, or waits for something; and what two people at once may meet. */
const expectedCodes: ReadonlySet<string> = new Set([
  'SERVER_UNREACHABLE',
  'SERVER_FAILED',
  'WARDEN_UNAVAILABLE',
  'WARDEN_WAITING',
  'WARDEN_STANDBY_GONE',
  'HOLD_IN_FORCE',
  'DISPOSAL_UNFINISHED',
  'DISPOSAL_INCOMPLETE',
  'CHAIN_CONFLICT',
]);

/** Those that say that a warden, or its standby, is not there yet. */
const awayCodes: readonly string[] = ['WARDEN_UNAVAILABLE', 'WARDEN_STANDBY_GONE'];

/** What a person does. */
type Command = 'add' | 'revise' | 'read' | 'list' | 'hold' | 'move' | 'propose' | 'approve';

const commandsOfManager: readonly Command[] = [
  'add',
  'add',
  'add',
  'revise',
  'revise',
  'read',
  'read',
  'read',
  'list',
  'propose',
  'approve',
  'hold',
];
const commandsOfOwner: readonly Command[] = [...commandsOfManager, 'move', 'move'];
const graceMs = 73 * 3_600_000;

/** The firm's days. */
export class OfficeDay {
  readonly office: Office;
  readonly papers: Papers;
  readonly auditor: Auditor;
  readonly #disposals = new Map<DisposalId, Paper>();

  constructor(office: Office) {
    this.office = office;
    this.papers = new Papers(office.room);
    this.auditor = new Auditor(office.installation, office.witness);
  }

  get #installation(): Installation {
    return this.office.installation;
  }

  get members(): readonly Member[] {
    return [this.office.ada, this.office.ben];
  }

  /** One to three commands of one person, one after the other. */
  async work(member: Member, dice: Dice): Promise<void> {
    const commands = 1 + dice.below(3);
    for (let done = 0; done < commands; done++) {
      const wasAlive = member.isAlive;
      const command = this.#choose(member, dice);
      const outcome = await settle(this.#give(member, command, dice)).catch((cause: unknown) => {
        // A device that was killed says nothing any more.
        if (wasAlive && !member.isAlive) return { value: undefined };
        throw cause;
      });
      if ('code' in outcome) {
        const { code, details } = outcome;
        expect(expectedCodes, `${command}: ${code} ${JSON.stringify(details)}`).toContain(code);
      }
      if (!member.isAlive) return;
    }
  }

  #choose(member: Member, dice: Dice): Command {
    const isOwner = member === this.office.ada;
    return dice.pick(isOwner ? commandsOfOwner : commandsOfManager);
  }

  async #give(member: Member, command: Command, dice: Dice): Promise<void> {
    const { papers, office } = this;
    const kept = papers.inState('kept');
    const any = dice.find(kept);
    const own = dice.find(kept.filter(({ by }) => by === member));
    if (command === 'list') await member.device.records.list({ room: office.room });
    else if (command === 'hold') await this.#hold(member);
    else if (command === 'move') await this.#moveCleo();
    else if (command === 'approve') await this.#approve(member);
    else if (command === 'read' && any !== undefined) await papers.read(member, any);
    else if (command === 'propose' && any !== undefined) await this.#propose(member, any);
    else if (command === 'revise' && own !== undefined) await papers.revise(own);
    else await papers.add(member);
  }

  /** Lifts the other's hold, or places one. */
  async #hold(member: Member): Promise<void> {
    const { holds, me } = member.device;
    const rows = await holds.list({ room: this.office.room });
    const open = rows.find(({ state, placedBy }) => state === 'open' && placedBy !== me.person);
    if (open === undefined) await holds.place({ room: this.office.room });
    else await holds.lift({ hold: open.hold });
  }

  async #moveCleo(): Promise<void> {
    const { ada, room, cleo, cleoFingerprint } = this.office;
    const { access, walls } = ada.device;
    const { members } = await access.list(room);
    if (members.some(({ person }) => person === cleo)) {
      await access.revoke({ room, person: cleo });
      return;
    }
    // A restore raises one for whoever was taken out of a room since the backup.
    for (const { wall } of await walls.list({ room })) await walls.lift({ wall });
    await access.grant({ room, person: cleo, fingerprint: cleoFingerprint });
  }

  /** Whether the third person may open what lies in the room. */
  async isCleoIn(): Promise<boolean> {
    const { ada, room, cleo } = this.office;
    const { members } = await ada.device.access.list(room);
    const row = members.find(({ person }) => person === cleo);
    return row !== undefined && !row.isWalled;
  }

  /** A restore has ended: what was destroyed or taken away since the backup is so still, what was written since is gone, all else is there. */
  async noteRestore(mark: PapersMark, wasCleoIn: boolean): Promise<void> {
    const isCleoIn = await this.isCleoIn();
    if (!wasCleoIn) expect(isCleoIn, 'who was taken out came back').toBe(false);
    for (const reader of this.members) {
      const lost = await this.papers.rewind(reader, mark);
      const newest = lost.at(-1);
      if (newest !== undefined) expect(await codeOf(reader.read(newest.record))).toBe('NOT_FOUND');
    }
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
      await this.#installation.recover();
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
  async check(dice: Dice): Promise<void> {
    const { papers, office } = this;
    for (const member of this.members) {
      if (!member.isAlive) await member.open();
      await this.#sync(member);
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

  /**
   * What was written while the standby was gone is sent to the warden by the server's next tick, a second later at most. A warden that
   * was current when it was asked may only notice at its next line that the standby it spoke with is gone: something is opened first.
   */
  async #sync(member: Member): Promise<void> {
    const { device } = member;
    if (this.#installation.standby === undefined) {
      await device.sync();
      return;
    }
    await persist(async () => {
      await device.sync();
      const paper = this.papers.inState('kept').at(-1);
      if (paper !== undefined) expect(awayCodes).not.toContain(await codeOf(member.read(paper.record)));
    });
  }

  /** Everything that was ever acknowledged opens, or is destroyed. */
  async checkAll(dice: Dice): Promise<void> {
    await this.check(dice);
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
    const { room } = this.office;
    for (const { device } of this.members) {
      for (const { hold, state, placedBy } of await device.holds.list({ room })) {
        if (state === 'open' && placedBy !== device.me.person) await device.holds.lift({ hold });
      }
    }
  }
}
