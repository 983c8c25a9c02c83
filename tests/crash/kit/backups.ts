/**
 * The backups of an installation, in a folder beside it: made while people work and processes die, killed themselves, and looked at
 * afterwards. What is finished verifies whole with the kit, and holds nothing of any warden.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listBackups, verifyBackup } from '@strongroom/backup';
import type { MadeBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { expect } from 'vitest';
import { openBackup } from '../../backup/kit/open-backup.ts';
import { runBackupAct } from './backup-act.ts';
import type { Dice } from './dice.ts';
import type { Installation } from './installation.ts';
import type { Office } from './office.ts';
import type { Papers, PapersMark } from './papers.ts';

const engine = createNodeEngine();
/** What a backup may hold, by path. */
const heldPaths =
  /^(?:backups\/[^/]+\/(?:contents|head\.json|databases\/[^/]+|files\/(?:opaque-setup|config\.json))|bodies\/[^/]+\/[^/]+\/[^/]+)$/u;
const kept = 3;

/** One to make: killed after so many milliseconds, or left alone. */
export interface BackupPlan {
  readonly killMs: number | undefined;
}

/** Chooses one. Half of them are killed, early ones as often as late ones. */
export function planBackup(dice: Dice): BackupPlan {
  const isKilled = dice.isLucky(0.5);
  const killMs = Math.round(2 ** (dice.next() * 10));
  return { killMs: isKilled ? killMs : undefined };
}

/** Keeps the account. */
export class Backups {
  readonly target: string;
  readonly #office: Office;
  readonly #papers: Papers;
  readonly #marks = new Map<string, PapersMark>();

  private constructor(target: string, office: Office, papers: Papers) {
    this.target = target;
    this.#office = office;
    this.#papers = papers;
  }

  static async begin(office: Office, papers: Papers): Promise<Backups> {
    return new Backups(await mkdtemp(join(tmpdir(), 'sr-crash-target-')), office, papers);
  }

  get #installation(): Installation {
    return this.#office.installation;
  }

  /** Makes one, or a part of one. What a killed one leaves is looked at by `check`. */
  async make({ killMs }: BackupPlan): Promise<void> {
    const { home, offsetMs } = this.#installation;
    const { target } = this;
    const acknowledged = this.#papers.listEditions();
    const before = await this.#listIds();
    const wish = { act: 'create', home, target, nowMs: Date.now() + offsetMs, retention: { keep: kept } };
    const end = await runBackupAct<MadeBackup>(wish, killMs);
    const mark = { acknowledged, attempted: new Set(this.#papers.attempted) };
    // Killed right after it was named, it is whole all the same.
    const made = (await this.#listIds()).filter((id) => !before.includes(id));
    for (const id of made) this.#marks.set(id, mark);
    if (end === 'killed') {
      expect(made.length, 'a killed backup became several').toBeLessThanOrEqual(1);
      return;
    }
    if ('code' in end) throw new Error(`a backup was refused: ${end.code} ${end.text}`);
    expect(end.value.missing, 'bodies are missing in a backup').toEqual([]);
    expect(made, 'a backup that ended is not there').toEqual([end.value.id]);
    this.#checkLeftovers();
  }

  /** The newest finished one, with what people knew then. */
  async findNewest(): Promise<{ readonly id: string; readonly mark: PapersMark } | undefined> {
    const id = (await this.#listIds()).at(-1);
    const mark = this.#marks.get(id ?? '');
    if (id === undefined || mark === undefined) return undefined;
    return { id, mark };
  }

  /** The newest one is what it says, all listed bytes of the others are there, and nothing of a warden is among them. */
  async check(): Promise<void> {
    const ids = await this.#listIds();
    for (const id of ids) {
      const isNewest = id === ids.at(-1);
      const { missing, altered, contents } = await verifyBackup({
        engine,
        target: this.target,
        id,
        ...(isNewest ? { kit: this.#office.ada.kit } : {}),
        temporaryFolder: tmpdir(),
        signal: new AbortController().signal,
      });
      expect({ id, missing, altered, problems: contents?.problems ?? [] }).toEqual({
        id,
        missing: [],
        altered: [],
        problems: [],
      });
      if (isNewest) await this.#checkWardenless(id);
    }
  }

  async remove(): Promise<void> {
    if (process.env['STRONGROOM_KEEP'] === '1') console.log(`crash: kept ${this.target}`);
    else await rm(this.target, { recursive: true, force: true });
  }

  async #listIds(): Promise<string[]> {
    return (await listBackups(this.target)).map(({ id }) => id);
  }

  /** After a run that ended there is nothing of those that were killed. */
  #checkLeftovers(): void {
    const { home } = this.#installation;
    const names = readdirSync(this.target, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.(?:partial|removed)-/u.test(name))).toEqual([]);
    expect(existsSync(join(home, 'backup-work'))).toBe(false);
  }

  /** Neither its paths nor its bytes, opened with the kit, have anything of a warden's home. */
  async #checkWardenless(id: string): Promise<void> {
    const { plain, listed } = await openBackup(this.target, id, this.#office.ada.kit);
    expect(listed.filter((path) => !heldPaths.test(path))).toEqual([]);
    const all = Buffer.concat([...plain.values()]);
    const { home, standby } = this.#installation;
    for (const each of [join(home, 'warden'), ...(standby === undefined ? [] : [standby.home])]) {
      for (const secret of listSecrets(each))
        expect(all.includes(secret), `a backup holds something of ${each}`).toBe(false);
    }
  }
}

/** Pieces of what lies in a warden's home and is no firm's: its state keys, and the beginnings of its sealed roots. */
function listSecrets(home: string): Buffer[] {
  const keys = readFileSync(join(home, 'state-key'));
  const sectors = [0, 4096]
    .filter((at) => keys.subarray(at, at + 4).toString() === 'SRK1')
    .map((at) => keys.subarray(at + 12, at + 44));
  const roots = readdirSync(join(home, 'state'))
    .filter((name) => name.startsWith('root-'))
    .map((name) => readFileSync(join(home, 'state', name)).subarray(0, 64));
  expect(sectors.length, `${home} has a state key`).toBeGreaterThan(0);
  return [...sectors, ...roots];
}
