/**
 * Keeps the disaster copy fresh, beside the warden's work and over its reopenings: nothing here holds up an answer, and a copy that
 * fails stops nothing but is told (docs/spec/warden.md section 13).
 */
import { StrongroomError, wipeBytes } from '@strongroom/core';
import type { FirmId } from '@strongroom/core';
import type { WardenContext } from '../context.ts';
import type { CopyStatus } from '../protocol/messages.ts';
import { encodeCopy } from './copy-content.ts';
import type { CopyContent } from './copy-content.ts';
import { isCopyDue } from './copy-due.ts';
import type { CopyPoint } from './copy-due.ts';
import { removeCopies, writeCopy } from './copy-files.ts';
import { assertCopyFolders, homesOf } from './copy-folder.ts';
import {
  isSamePlace,
  readCopySettings,
  readMadeCopy,
  removeMadeCopy,
  writeMadeCopy,
} from './copy-settings.ts';
import type { CopySettings, MadeCopy } from './copy-settings.ts';

const retryMs = 60_000;

/** Whose copy it is. */
export type CopySubject = { readonly firm: FirmId; readonly recovery: Uint8Array };

/** What is copied: a warden whose home may be opened again at any time. */
export type CopySource = {
  /**
   * Where it stands; undefined while there is nothing to copy: no firm, a standby, a restore that is being read in; `fenced` for one whose
   * place another warden has taken: nothing follows from then on what is destroyed.
   */
  readonly describe: () => Promise<(CopyPoint & CopySubject) | 'fenced' | undefined>;
  readonly take: () => Promise<CopyContent | undefined>;
};

type KeeperContext = Pick<WardenContext, 'home' | 'engine' | 'clock' | 'logger' | 'faults'>;

export class CopyKeeper {
  readonly #context: KeeperContext;
  #settings: CopySettings | undefined;
  #made: MadeCopy | undefined;
  #failure: { readonly code: string; readonly atMs: number } | undefined;
  /** Since when something that was destroyed is still in the copy. */
  #waitingSinceMs: number | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(context: KeeperContext, made: MadeCopy | undefined) {
    this.#context = context;
    this.#made = made;
  }

  static async open(context: KeeperContext): Promise<CopyKeeper> {
    const keeper = new CopyKeeper(context, await readMadeCopy(context.home));
    keeper.#settings = await readCopySettings(context.home).catch(() => undefined); // told when it is looked at
    return keeper;
  }

  /** How the copy is, for `status`. */
  status(): CopyStatus | null {
    const settings = this.#settings;
    if (settings === undefined && this.#failure === undefined) return null;
    const made = this.#madeThere();
    return {
      madeAtMs: made?.madeAtMs ?? null,
      sizeBytes: made?.sizeBytes ?? 0,
      isKeyApart: settings?.keyFolder !== undefined && settings.keyFolder !== settings.folder,
      waitingSinceMs: this.#waitingSinceMs ?? null,
      failure: this.#failure?.code ?? null,
    };
  }

  /** Makes a copy where one is due; never throws. One after the other. */
  async run(source: CopySource): Promise<void> {
    const next = this.#running.then(() => this.#run(source));
    this.#running = next;
    await next;
  }

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #run(source: CopySource): Promise<void> {
    const { clock, home, logger } = this.#context;
    try {
      this.#settings = await readCopySettings(home);
      if (this.#settings === undefined) {
        await this.#end();
        return;
      }
      const point = await source.describe();
      if (point === undefined) return;
      if (point === 'fenced') {
        await this.#end();
        return;
      }
      const made = this.#madeThere();
      const nowMs = clock.nowMs();
      if (made !== undefined && made.generation !== point.generation) this.#waitingSinceMs ??= nowMs;
      if (!isCopyDue({ made, point, nowMs, failedAtMs: this.#failure?.atMs })) return;
      await this.#make(this.#settings, point, source);
      this.#failure = undefined;
    } catch (error) {
      const code = codeOf(error);
      if (this.#failure?.code !== code) logger.log('copy.failed', { code });
      this.#failure = { code, atMs: clock.nowMs() };
    }
  }

  /** Nobody wants one any more: what lies there would open for ever what it holds. */
  async #end(): Promise<void> {
    const { clock, engine, home, logger } = this.#context;
    const made = this.#made;
    const failedAtMs = this.#failure?.atMs ?? Number.NEGATIVE_INFINITY;
    if (made !== undefined && Math.abs(clock.nowMs() - failedAtMs) < retryMs) return;
    if (made !== undefined) {
      await removeCopies(engine, { ...made, firm: made.firm as FirmId });
      await removeMadeCopy(home);
      this.#made = undefined;
      logger.log('copy.ended');
    }
    this.#failure = undefined;
    this.#waitingSinceMs = undefined;
  }

  async #make(settings: CopySettings, { firm, recovery }: CopySubject, source: CopySource): Promise<void> {
    const { engine, faults, home, logger } = this.#context;
    await assertCopyFolders(settings, homesOf(home));
    const content = await source.take();
    if (content === undefined) return;
    const { madeAtMs, generation, records } = content;
    const plaintext = encodeCopy(content);
    const place = { ...settings, firm };
    try {
      const { number, sizeBytes } = await writeCopy(engine, { place, recovery, plaintext, faults });
      const earlier = this.#made;
      this.#made = { ...settings, firm, number, madeAtMs, generation, records, sizeBytes };
      this.#waitingSinceMs = undefined;
      await writeMadeCopy(home, this.#made);
      logger.log('copy.made', { count: number, size: sizeBytes, generation });
      if (earlier !== undefined) await this.#removeElsewhere(earlier, settings);
    } finally {
      wipeBytes(plaintext);
    }
  }

  /** A copy that lies where none goes any more would open for ever what it holds. */
  async #removeElsewhere(earlier: MadeCopy, now: CopySettings): Promise<void> {
    if (isSamePlace(earlier, now)) return;
    const keyFolder = (each: CopySettings): string => each.keyFolder ?? each.folder;
    const parts = { copy: earlier.folder !== now.folder, key: keyFolder(earlier) !== keyFolder(now) };
    const place = { ...earlier, firm: earlier.firm as FirmId };
    await removeCopies(this.#context.engine, place, parts).catch((error: unknown) => {
      this.#context.logger.log('copy.left-behind', { code: codeOf(error) });
    });
  }

  /** The newest, where it lies in the folders of now. */
  #madeThere(): MadeCopy | undefined {
    const [made, settings] = [this.#made, this.#settings];
    return made !== undefined && settings !== undefined && isSamePlace(made, settings) ? made : undefined;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof StrongroomError)) return 'WARDEN_FAILED';
  if (error.code !== 'WARDEN_STORAGE_FAILED') return error.code;
  return error.details['reason'] === 'ENOSPC' ? 'DISK_FULL' : 'FILE_UNWRITABLE';
}
