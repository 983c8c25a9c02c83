/**
 * The queue of files to add: a few at once, small ones first, tried again when the network comes back. It belongs to the worker, so it
 * survives routing and the closing of tabs; what it knows is kept sealed, so a new worker goes on with what is staged and asks for the
 * rest. Nothing of a file is kept in clear.
 */
import { AccessError, ConflictError, InputError, LimitError, StrongroomError } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import type { AddedRecord, Device, OnWritten } from '@strongroom/device';
import type { FilesContract, UploadItem } from '../../keys/contract.ts';
import { encodeFailure } from '../../keys/messages.ts';
import type { WorkerClock } from '../context-clock.ts';
import type { Notes } from '../notes/notes.ts';
import { sourceOf } from './file-source.ts';
import { labelsOfContent } from './labels-of-content.ts';
import { applyEvent, describeFile, isRunning, nextTryMs, pickNext } from './upload-state.ts';
import type { FileEvent, QueuedFile } from './upload-state.ts';

const filesMax = 10_000;
const nameLengthMax = 255;
const folderDepthMax = 32;
const tellMs = 200;
/** A list that is long is told less often. */
const tellLongMs = 1_000;
const longList = 500;
const keepMs = 1_000;
const noteName = 'uploads';

/** What the queue is given. */
export interface QueueParts {
  readonly clock: WorkerClock;
  readonly newId: () => string;
  readonly emit: (items: readonly UploadItem[]) => void;
  /** A file is in its ledger. */
  readonly onWritten: () => void;
}

/** A device that is open, and its notes. */
export interface QueueDevice {
  readonly device: Device;
  readonly notes: Notes;
}

/** One try under way. */
interface Run {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

type Calls = Pick<
  FilesContract,
  'add' | 'addVersion' | 'queue' | 'pause' | 'resume' | 'abandon' | 'clearDone' | 'provide'
>;

export class UploadQueue implements Calls {
  readonly #parts: QueueParts;
  /** In the order in which they came. */
  #files: Map<string, QueuedFile> = new Map();
  readonly #sources = new Map<string, File>();
  readonly #runs = new Map<string, Run>();
  /** Files that nothing was begun of: the device need not be asked. */
  readonly #fresh = new Set<string>();
  #open: QueueDevice | undefined;
  #cancelTry: () => void = () => undefined;
  #isTelling = false;
  #keeping: Promise<void> | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** A device was unlocked: what was kept is taken up. */
  async begin(open: QueueDevice): Promise<void> {
    this.#open = open;
    await this.#restore(open);
    this.#tell();
    this.#pump();
  }

  /** The device is locked: what is under way stops, and waits. */
  end(): void {
    this.#open = undefined;
    this.#cancelTry();
    for (const { stop } of this.#runs.values()) stop.abort();
    this.#tell();
  }

  /** Everything of another person's device is forgotten. */
  forget(): void {
    this.end();
    this.#files.clear();
    this.#sources.clear();
  }

  /** The server is in reach again. */
  backOnline(): void {
    for (const id of this.#files.keys()) this.#apply(id, { kind: 'due' });
    this.#pump();
  }

  async add(options: Parameters<Calls['add']>[0]): Promise<readonly string[]> {
    const { room, files } = options;
    if (this.#files.size + files.length > filesMax)
      throw new LimitError('LIMIT_EXCEEDED', { name: 'files', max: filesMax });
    const added = files.map(({ file, folder }) => {
      assertFile(file, folder);
      return this.#queue(file, {
        room,
        folder: [...folder],
        ...(options.class === undefined ? {} : { class: options.class }),
      });
    });
    this.#changed();
    // The list of what was chosen outlives this worker; the files themselves are kept nowhere in clear.
    await this.#keep().catch(passOver);
    return added;
  }

  async addVersion(options: Parameters<Calls['addVersion']>[0]): Promise<string> {
    const { room, record, base, file } = options;
    assertFile(file, []);
    const id = this.#queue(file, { room, folder: [], versionOf: { record, base } });
    this.#changed();
    await this.#keep().catch(passOver);
    return id;
  }

  async queue(): Promise<readonly UploadItem[]> {
    return this.items;
  }

  async pause(id?: string): Promise<void> {
    for (const file of this.#chosen(id)) {
      this.#apply(file.id, { kind: 'pause' });
      this.#runs.get(file.id)?.stop.abort();
    }
    this.#changed();
  }

  async resume(id?: string): Promise<void> {
    for (const file of this.#chosen(id))
      if (id !== undefined || file.state === 'paused') this.#apply(file.id, { kind: 'resume' });
    this.#changed();
  }

  async abandon(id: string): Promise<void> {
    const [file] = this.#chosen(id);
    if (file === undefined) return;
    const run = this.#runs.get(id);
    run?.stop.abort();
    await run?.done;
    this.#files.delete(id);
    this.#sources.delete(id);
    const pending = await this.#findPending(id);
    if (pending !== undefined) await this.#open?.device.records.abandon(pending);
    this.#changed();
  }

  async clearDone(): Promise<void> {
    for (const { id, state } of this.#files.values()) if (state === 'done') this.#files.delete(id);
    this.#changed();
  }

  async provide(id: string, file: File): Promise<void> {
    assertFile(file, []);
    const [asked] = this.#chosen(id);
    if (asked === undefined) throw new ConflictError('STATE_CHANGED');
    // What was begun is compared by its hashes as it is read; here what can be seen at once.
    if (file.size !== asked.totalBytes) throw new ConflictError('SOURCE_CHANGED');
    this.#sources.set(id, file);
    this.#apply(id, { kind: 'source-given' });
    this.#changed();
  }

  #queue(
    file: File,
    place: Pick<QueuedFile, 'room' | 'folder'> & Pick<Partial<QueuedFile>, 'class' | 'versionOf'>,
  ): string {
    const id = this.#parts.newId();
    const queued: QueuedFile = {
      ...place,
      id,
      name: file.name,
      type: file.type === '' ? 'application/octet-stream' : file.type,
      totalBytes: file.size,
      modifiedAtMs: file.lastModified,
      state: 'waiting',
      doneBytes: 0,
      failures: 0,
    };
    this.#files.set(id, queued);
    this.#sources.set(id, file);
    this.#fresh.add(id);
    return id;
  }

  #chosen(id: string | undefined): readonly QueuedFile[] {
    if (id === undefined) return [...this.#files.values()];
    const file = this.#files.get(id);
    return file === undefined ? [] : [file];
  }

  #apply(id: string, event: FileEvent): void {
    const file = this.#files.get(id);
    if (file !== undefined) this.#files.set(id, applyEvent(file, event));
  }

  #changed(): void {
    this.#tell();
    this.#keepSoon().catch(passOver);
    this.#pump();
  }

  #pump(): void {
    this.#cancelTry();
    if (this.#open === undefined) return;
    const { clock } = this.#parts;
    // One that was paused may still be on its way out.
    const free = [...this.#files.values()].filter(({ id, state }) => isRunning(state) || !this.#runs.has(id));
    for (const file of pickNext(free, clock.nowMs())) this.#start(this.#open, file);
    const tryAtMs = nextTryMs(free);
    const waitMs = tryAtMs === undefined ? 0 : tryAtMs - clock.nowMs();
    if (waitMs > 0) this.#cancelTry = clock.startTimer(waitMs, () => this.#pump());
  }

  #start(open: QueueDevice, file: QueuedFile): void {
    const stop = new AbortController();
    this.#apply(file.id, { kind: 'begun' });
    this.#tell();
    this.#runs.set(file.id, { stop, done: this.#run(open, file, stop.signal) });
  }

  async #run(open: QueueDevice, file: QueuedFile, signal: AbortSignal): Promise<void> {
    try {
      await this.#send(open.device, file, signal);
    } catch (cause) {
      // The reason of an abort is the person's wish or the lock.
      const error = signal.aborted ? { code: 'INTERRUPTED', details: {} } : encodeFailure(cause);
      this.#apply(file.id, { kind: 'refused', error, atMs: this.#parts.clock.nowMs() });
    } finally {
      this.#runs.delete(file.id);
      this.#changed();
    }
  }

  /** The version is in its ledger; the device forgets the upload once the list that is kept here no longer names the file. */
  async #finish(id: string, added: Parameters<OnWritten>[0]): Promise<void> {
    const { record, line, conflictOf } = added;
    this.#sources.delete(id);
    this.#apply(id, { kind: 'written', record, line, ...(conflictOf === undefined ? {} : { conflictOf }) });
    this.#parts.onWritten();
    this.#changed();
    await this.#keepSoon();
  }

  async #send(device: Device, file: QueuedFile, signal: AbortSignal): Promise<AddedRecord> {
    const { id, room, folder, type, versionOf } = file;
    const chosen = this.#sources.get(id);
    const source = chosen === undefined ? undefined : sourceOf(chosen, id);
    const onProgress = ({ doneBytes }: { readonly doneBytes: number }): void => {
      this.#apply(id, { kind: 'progress', doneBytes });
      this.#tell();
    };
    const onWritten: OnWritten = async (added) => await this.#finish(id, added);
    const watching = { onProgress, onWritten, signal };
    const begun = this.#fresh.delete(id) ? undefined : await this.#findPending(id);
    if (begun !== undefined)
      return await device.records.resume({
        upload: begun,
        ...watching,
        ...(source === undefined ? {} : { source }),
      });
    if (source === undefined) throw new ConflictError('SOURCE_NEEDED');
    const content = { source, type, ...watching };
    // Without a folder a version stays where the document lies.
    if (versionOf !== undefined) {
      const labels = await labelsOfContent(device, { room, record: versionOf.record });
      return await device.records.addVersion({ ...content, ...labels, ...versionOf });
    }
    return await device.records.add({
      ...content,
      room,
      folder,
      ...(file.class === undefined ? {} : { class: file.class }),
    });
  }

  /** The device's upload of a file that was begun. */
  async #findPending(id: string): Promise<string | undefined> {
    const pending = (await this.#open?.device.records.pending()) ?? [];
    return pending.find(({ path, upload }) => path === id || upload === id)?.upload;
  }

  /** What pages are told. */
  get items(): readonly UploadItem[] {
    return this.#open === undefined ? [] : [...this.#files.values()].map(describeFile);
  }

  /** One calm stream: at most five times a second, and the last word is always said. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#parts.clock.startTimer(this.#files.size > longList ? tellLongMs : tellMs, () => {
      this.#isTelling = false;
      this.#parts.emit(this.items);
    });
  }

  /** Once a second at most. @throws AccessError DEVICE_LOCKED; what the storage throws */
  async #keepSoon(): Promise<void> {
    this.#keeping ??= new Promise((resolve, reject) => {
      this.#parts.clock.startTimer(keepMs, () => {
        this.#keeping = undefined;
        this.#keep().then(resolve, reject);
      });
    });
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    const unfinished = [...this.#files.values()].filter(({ state }) => state !== 'done');
    if (this.#open === undefined) throw new AccessError('DEVICE_LOCKED');
    await this.#open.notes.write(noteName, unfinished as unknown as CborValue);
  }

  async #restore({ device, notes }: QueueDevice): Promise<void> {
    const kept = ((await notes.read(noteName)) ?? []) as unknown as readonly QueuedFile[];
    const pending = await device.records.pending();
    const here = new Set(this.#files.keys());
    const found: QueuedFile[] = [];
    for (const file of kept) {
      if (here.has(file.id)) continue;
      const begun = pending.find(({ path, upload }) => path === file.id || upload === file.id);
      const isStaged = begun?.isStaged === true;
      found.push(
        applyEvent(asRunning(file), { kind: 'restored', isStaged, doneBytes: begun?.doneBytes ?? 0 }),
      );
    }
    const known = new Set([...here, ...found.map(({ id }) => id)]);
    for (const {
      upload,
      path,
      room,
      name,
      folder,
      totalBytes,
      doneBytes,
      startedAtMs,
      isStaged,
    } of pending) {
      if (known.has(path ?? upload) || known.has(upload)) continue;
      const file: QueuedFile = {
        id: path ?? upload,
        room,
        name,
        folder,
        type: 'application/octet-stream',
        totalBytes,
        modifiedAtMs: startedAtMs,
        state: 'waiting',
        doneBytes,
        failures: 0,
      };
      found.push(applyEvent(file, { kind: 'restored', isStaged, doneBytes }));
    }
    this.#files = new Map([...found.map((file) => [file.id, file] as const), ...this.#files]);
  }
}

/** Locked meanwhile, or no room: what is begun is in the device's own journal. */
function passOver(cause: unknown): void {
  if (!(cause instanceof StrongroomError)) throw cause;
}

/** A kept state of a worker that is gone: nothing runs. */
function asRunning(file: QueuedFile): QueuedFile {
  return isRunning(file.state) ? { ...file, state: 'waiting' } : file;
}

/** @throws InputError INPUT_INVALID */
function assertFile(file: unknown, folder: readonly string[]): asserts file is File {
  if (!(file instanceof File) || file.name === '' || file.name.length > nameLengthMax)
    throw new InputError('INPUT_INVALID', { name: 'file', max: nameLengthMax });
  const isFolder =
    Array.isArray(folder) &&
    folder.length <= folderDepthMax &&
    folder.every((name) => typeof name === 'string' && name !== '' && name.length <= nameLengthMax);
  if (!isFolder) throw new InputError('INPUT_INVALID', { name: 'folder', max: folderDepthMax });
}
