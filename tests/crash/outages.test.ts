/** Things that are gone or wrong for a while: the warden, the disk's room, the clock, a write that fails. Nothing is lost, and work goes on afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serverFaultPoints } from '@strongroom/server';
import { wardenFaultPoints } from '@strongroom/warden';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Auditor } from './kit/auditor.ts';
import { Installation, pause, persist, roleOf, signal } from './kit/installation.ts';
import { codeOf, Member, settle } from './kit/member.ts';
import { foundOffice } from './kit/office.ts';
import type { Office } from './kit/office.ts';
import { Papers } from './kit/papers.ts';
import { findMountRefusal, SmallDisk } from './kit/small-disk.ts';
import { Witness } from './kit/witness.ts';

const hourMs = 3_600_000;

/** A firm at work, with its account. */
interface Works {
  readonly installation: Installation;
  readonly office: Office;
  readonly auditor: Auditor;
  readonly papers: Papers;
}

async function begin(installation: Installation): Promise<Works> {
  const office = await foundOffice(installation);
  return {
    installation,
    office,
    auditor: new Auditor(installation, office.witness),
    papers: new Papers(office.room),
  };
}

/** Everything that was acknowledged is there, and the next commands work. */
async function checkAll({ office, papers, auditor }: Works): Promise<void> {
  const { ada, ben, vault } = office;
  for (const member of [ada, ben]) {
    await member.device.sync();
    await papers.finish(member);
  }
  await papers.compareList(ben);
  for (const paper of papers.inState('kept')) await papers.read(ada, paper);
  await papers.read(ben, await papers.add(ada));
  await auditor.check();
  expect((await ada.device.ledger.verify({ ledger: vault })).disagreements).toEqual([]);
}

/** Kills the warden and keeps another from starting, as the lock of its home does, until the lock is closed. */
async function holdWarden(installation: Installation): Promise<DatabaseSync> {
  const lock = new DatabaseSync(join(installation.home, 'warden', 'lock'), { timeout: 0 });
  // The next one may have been quicker: then that is killed.
  await persist(async () => {
    await installation.kill('warden');
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  });
  return lock;
}

describe('with one installation', () => {
  let works: Works;

  beforeAll(async () => {
    works = await begin(await Installation.start());
  }, 180_000);
  afterAll(async () => {
    await works?.installation.remove();
  });
  afterEach(async () => {
    await works.installation.disarm();
  });

  test(
    'a warden that is gone: everything that needs it says so, the rest goes on, and nothing is lost',
    { timeout: 180_000 },
    async () => {
      const { installation, office, papers } = works;
      const { ada, ben, room } = office;
      const paper = await papers.add(ada);
      const lock = await holdWarden(installation);
      expect(await codeOf(papers.read(ben, paper))).toBe('WARDEN_UNAVAILABLE');
      expect(await codeOf(papers.add(ada))).toBe('WARDEN_UNAVAILABLE');
      expect(await codeOf(ben.device.holds.place({ room }))).toBe('WARDEN_UNAVAILABLE');
      const health = (await (await fetch(`${installation.url}/v1/health`)).json()) as Readonly<
        Record<string, unknown>
      >;
      expect(health).toMatchObject({ isWardenReachable: false, isRestoreMode: false });
      expect((await ada.device.doctor()).map(({ code }) => code)).toContain('WARDEN_UNAVAILABLE');
      await pause(1_500);
      lock.close();
      await installation.waitForWarden();
      for (const { hold, state, placedBy } of await ada.device.holds.list({ room })) {
        // The hold may have been written before its maker was refused: then it stands, and another lifts it.
        if (state === 'open' && placedBy === ben.device.me.person) await ada.device.holds.lift({ hold });
      }
      await checkAll(works);
    },
  );

  test(
    'a warden that stands still: callers wait, and get what they asked for',
    { timeout: 180_000 },
    async () => {
      const { installation, office, papers } = works;
      const pid = await installation.findPid('warden');
      signal(pid, 'SIGSTOP');
      let isDone = false;
      const added = papers.add(office.ada).finally(() => {
        isDone = true;
      });
      await pause(700);
      expect(isDone).toBe(false);
      signal(pid, 'SIGCONT');
      await papers.read(office.ben, await added);
      await checkAll(works);
    },
  );

  test(
    'a clock that somebody moved: requests are stale, nothing is destroyed early, and back again all is well',
    { timeout: 180_000 },
    async () => {
      const { installation, office, papers } = works;
      const { ada, ben, room } = office;
      const kept = await papers.add(ada);
      const doomed = await papers.add(ada);
      const { disposal } = await ben.device.disposals.propose({ records: [doomed.record] });
      await ada.device.disposals.approve({ disposal });
      for (const member of [ada, ben]) await papers.read(member, kept);
      for (const [stepMs, backMs] of [
        [2 * hourMs, -2 * hourMs],
        [-2 * hourMs, 2 * hourMs],
      ] as const) {
        await installation.step(stepMs);
        for (const member of [ada, ben]) {
          expect(['REQUEST_STALE', 'HEADS_STALE', 'SESSION_REQUIRED']).toContain(
            await codeOf(papers.read(member, kept)),
          );
        }
        await installation.step(backMs);
        for (const member of [ada, ben]) {
          // A session that was idle by the moved clock is over: signing in again is all it takes.
          if ((await codeOf(member.device.sync())) === 'SESSION_REQUIRED') await member.unlock();
          await papers.read(member, kept);
        }
      }
      // Far over the grace, by the wall clock alone: no request agrees with it, so the warden waits.
      await installation.step(200 * hourMs);
      await pause(2_500);
      await installation.step(-200 * hourMs);
      for (const member of [ada, ben])
        if ((await codeOf(member.device.sync())) === 'SESSION_REQUIRED') await member.unlock();
      const rows = await ada.device.disposals.list({ room });
      expect(rows.find((row) => row.disposal === disposal)?.state).toBe('approved');
      await papers.read(ben, doomed);
      await ada.device.disposals.stop({ disposal });
      await checkAll(works);
    },
  );

  const failing = [...serverFaultPoints, ...wardenFaultPoints].filter((point) =>
    /append|journal|slots|upload|version/u.test(point),
  );
  test.each(failing)(
    'a step that fails at %s: told as a failure or tried again, and nothing is half-written',
    { timeout: 180_000 },
    async (point) => {
      const { installation, office, papers, auditor } = works;
      const role = roleOf(point);
      const before = (await installation.counts(role))[point] ?? 0;
      await installation.arm(point, 'fail');
      const worked = await settle(
        (async () => {
          const paper = await papers.add(office.ada);
          await papers.read(office.ben, paper);
          await papers.revise(paper);
        })(),
      );
      if ('code' in worked)
        expect(['FAULT_INJECTED', 'WARDEN_UNAVAILABLE', 'DATABASE_FAILED', 'SERVER_FAILED']).toContain(
          worked.code,
        );
      expect((await installation.counts(role))[point] ?? 0, `${point} was not passed`).toBeGreaterThan(
        before,
      );
      for (const member of [office.ada, office.ben]) {
        await member.device.sync();
        await papers.finish(member);
      }
      await papers.compareList(office.ben);
      await papers.read(office.ben, await papers.add(office.ada));
      await auditor.check();
    },
  );

  test.each([
    'server.append.before-warden',
    'warden.append.before-sign',
    'server.append.before-answer',
  ] as const)(
    'a sign-in during which a step fails at %s is told as a failure or tried again, and not as a wrong password',
    { timeout: 180_000 },
    async (point) => {
      const { installation, office, auditor } = works;
      await installation.arm(point, 'fail');
      const code = await codeOf(office.ada.unlock());
      expect(['done', 'FAULT_INJECTED', 'WARDEN_UNAVAILABLE', 'SERVER_FAILED']).toContain(code);
      await installation.disarm();
      await office.ada.unlock();
      await auditor.check();
    },
  );

  test.each(wardenFaultPoints.filter((point) => point.includes('puncture')))(
    'a destruction that fails at %s is done by the next try, and once',
    { timeout: 180_000 },
    async (point) => {
      const { installation, office, papers, auditor } = works;
      const { ada, ben, room, vault } = office;
      const paper = await papers.add(ada);
      const kept = await papers.add(ada);
      const { disposal } = await ben.device.disposals.propose({ records: [paper.record] });
      await ada.device.disposals.approve({ disposal });
      const before = (await installation.counts('warden'))[point] ?? 0;
      await installation.arm(point, 'fail');
      await installation.advance(73 * hourMs);
      await Promise.all([ada.unlock(), ben.unlock()]);
      await persist(async () => {
        for (const member of [ada, ben]) await papers.read(member, kept);
        const rows = await ada.device.disposals.list({ room });
        expect(rows.find((row) => row.disposal === disposal)?.state).toBe('destroyed');
      });
      expect((await installation.counts('warden'))[point] ?? 0, `${point} did not strike`).toBeGreaterThan(
        before,
      );
      paper.state = 'destroyed';
      await ben.device.sync();
      await papers.expectGone(ben, paper);
      const lines = await ada.device.ledger.lines({ ledger: vault, count: 1_000, record: paper.record });
      expect(lines.filter(({ kind }) => kind === 'destroyed')).toHaveLength(1);
      await auditor.check();
    },
  );
});

test(
  'a warden that goes while the firm is made: the firm is there when it is back, and its maker opens it',
  { timeout: 180_000 },
  async () => {
    const installation = await Installation.start();
    try {
      const ada = new Member(installation, new Witness());
      const pending = await ada.beginFirm();
      const point = 'server.append.before-warden';
      await installation.arm(point, 'delay', { ms: 8_000 });
      const completing = codeOf(ada.complete(pending));
      await persist(async () => expect((await installation.counts('server'))[point]).toBeGreaterThan(0));
      const lock = await holdWarden(installation);
      expect(await completing).toBe('WARDEN_UNAVAILABLE');
      pending.discard();
      lock.close();
      await installation.waitForWarden();
      await ada.unlock();
      await ada.device.sync();
      expect((await ada.device.firm.describe()).name).toBe('Vogel & Hart');
    } finally {
      await installation.remove();
    }
  },
);

const probe = mkdtempSync(join(tmpdir(), 'sr-disk-'));
const mountRefusal = findMountRefusal(probe);
rmSync(probe, { recursive: true, force: true });

describe.each([
  { part: 'data', megabytes: 24 },
  { part: 'warden', megabytes: 12 },
])('a full disk under $part', ({ part, megabytes }) => {
  test(
    'is told, loses nothing, and is over when there is room again',
    { timeout: 180_000 },
    async (context) => {
      context.skip(mountRefusal !== undefined, mountRefusal);
      const home = mkdtempSync(join(tmpdir(), 'sr-crash-'));
      const disk = SmallDisk.mount(join(home, part), megabytes);
      if (typeof disk === 'string') throw new Error(disk);
      let works: Works | undefined;
      try {
        works = await begin(await Installation.start({ home }));
        const { installation, office, papers } = works;
        await papers.read(office.ben, await papers.add(office.ada));
        const told = new Set<string>();
        // Room for a little: it ends at another step each time.
        for (const freeBytes of [0, 4_096, 16_384, 49_152, 131_072]) {
          disk.fill(freeBytes);
          for (let tries = 0; tries < 4; tries++) {
            for (const work of [
              async () => await papers.add(office.ada),
              async () => await papers.read(office.ben, papers.inState('kept')[0]!),
              async () => await office.ada.device.sync(),
            ]) {
              const settled = await settle<unknown>(work());
              if ('code' in settled) told.add(settled.code);
            }
          }
          disk.clear();
          await installation.recover();
          await checkAll(works);
        }
        for (const code of told)
          expect([
            'DISK_FULL',
            'DATABASE_FAILED',
            'WARDEN_UNAVAILABLE',
            'SERVER_FAILED',
            'SERVER_UNREACHABLE',
          ]).toContain(code);
        expect(told.size, 'the disk was never full').toBeGreaterThan(0);
        // Killed while the disk is full, and started again on a full disk: it runs, or says why not.
        disk.fill(0);
        await installation.kill('server');
        const refusal = await installation.startServer().then(
          () => '',
          (cause: unknown) => String(cause),
        );
        if (refusal !== '') expect(refusal).toContain('refused to start');
        disk.clear();
        await installation.recover();
        await checkAll(works);
      } finally {
        await works?.installation.remove();
        disk.unmount();
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
});
