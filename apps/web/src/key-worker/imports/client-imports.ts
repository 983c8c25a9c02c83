/**
 * Imports under way. What is asked for is kept sealed until it is done, so a new worker goes on; the device knows which rows it has made
 * already. An import that meets a server out of reach waits and goes on.
 */
import { InputError, LimitError, StrongroomError } from '@strongroom/core';
import type { PersonId, VaultId } from '@strongroom/core';
import type { Device, ImportedClient } from '@strongroom/device';
import type { ImportContract, ImportRow, KeysEvent } from '../../keys/contract.ts';
import type { WorkerClock } from '../context-clock.ts';
import type { Notes } from '../notes/notes.ts';
import { fold } from './columns.ts';
import { importLimits, readClientsFile } from './read-clients.ts';
import type { KnownNames } from './read-clients.ts';

type JobEvent = Extract<KeysEvent, { readonly event: 'job' }>;

const prefix = 'import/';
const tellMs = 250;
/** A list of thousands is asked for again each time. */
const writtenMs = 3_000;
const waitMsFirst = 5_000;
const waitMsMax = 60_000;
/** With these a row was not refused: nothing could be written. */
const passing: ReadonlySet<string> = new Set([
  'HEADS_STALE',
  'RATE_LIMITED',
  'SERVER_FAILED',
  'SERVER_UNREACHABLE',
  'WARDEN_BUSY',
  'WARDEN_UNAVAILABLE',
  'WARDEN_WAITING',
]);

/** What is kept of an import. */
interface Wanted {
  readonly vault: VaultId;
  readonly rows: readonly ImportRow[];
}

/** What imports are given. */
export interface ImportParts {
  readonly device: Device;
  readonly notes: Notes;
  readonly clock: WorkerClock;
  readonly newId: () => string;
  readonly emit: (event: KeysEvent) => void;
  readonly onWritten: () => void;
}

export class ClientImports implements ImportContract {
  readonly #parts: ImportParts;
  readonly #stops = new Map<string, AbortController>();
  readonly #told = new Map<string, JobEvent>();
  #isOver = false;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** The last word of each import, for a page that came later. */
  get told(): readonly JobEvent[] {
    return [...this.#told.values()];
  }

  /** Goes on with what was under way when the worker ended. */
  async begin(): Promise<void> {
    for (const name of await this.#parts.notes.list(prefix)) {
      const wanted = (await this.#parts.notes.read(name)) as unknown as Wanted | undefined;
      if (wanted !== undefined) this.#start(name.slice(prefix.length), wanted);
    }
  }

  /** The device is locked. */
  end(): void {
    this.#isOver = true;
    for (const stop of this.#stops.values()) stop.abort();
  }

  async readClients(
    options: Parameters<ImportContract['readClients']>[0],
  ): ReturnType<ImportContract['readClients']> {
    return readClientsFile(options, await this.#readKnown());
  }

  async startClients(
    options: Parameters<ImportContract['startClients']>[0],
  ): ReturnType<ImportContract['startClients']> {
    const { vault, rows } = options;
    if (!Array.isArray(rows) || rows.length === 0) throw new InputError('INPUT_INVALID', { name: 'rows' });
    if (rows.length > importLimits.rowsMax)
      throw new LimitError('LIMIT_EXCEEDED', { name: 'rows', max: importLimits.rowsMax });
    const job = this.#parts.newId();
    const wanted = { vault, rows };
    await this.#parts.notes.write(prefix + job, wanted);
    this.#start(job, wanted);
    return { job };
  }

  async stop(job: string): Promise<void> {
    const stop = this.#stops.get(job);
    if (stop === undefined) return;
    await this.#parts.notes.remove(prefix + job);
    stop.abort();
  }

  #start(job: string, wanted: Wanted): void {
    const stop = new AbortController();
    this.#stops.set(job, stop);
    void this.#run(job, wanted, stop.signal).finally(() => this.#stops.delete(job));
  }

  async #run(job: string, { vault, rows }: Wanted, signal: AbortSignal): Promise<void> {
    const { device, clock, notes } = this.#parts;
    const total = rows.length;
    let toldMs = 0;
    let writtenAtMs = clock.nowMs();
    let done = 0;
    const tell = (state: JobEvent['state'], rest: Pick<JobEvent, 'rows' | 'error'> = {}): void => {
      if (this.#isOver) return;
      const event: JobEvent = { event: 'job', job, done, total, state, ...rest };
      this.#told.set(job, event);
      this.#parts.emit(event);
    };
    tell('running');
    try {
      for (let waitMs = waitMsFirst; ; waitMs = Math.min(waitMsMax, waitMs * 2)) {
        const results = await device.clients.addMany(rows.map(toNewClient), {
          vault,
          signal,
          onProgress: ({ doneCount }) => {
            done = Math.max(done, doneCount);
            if (clock.nowMs() - toldMs < tellMs) return;
            toldMs = clock.nowMs();
            tell('running');
            if (toldMs - writtenAtMs < writtenMs) return;
            writtenAtMs = toldMs;
            this.#parts.onWritten();
          },
        });
        const report = results.map((result, index) => describeResult(rows[index], result));
        if (signal.aborted) {
          tell('stopped', { rows: report });
          return;
        }
        if (!results.some(isWaiting)) {
          await notes.remove(prefix + job);
          this.#parts.onWritten();
          tell('done', { rows: report });
          return;
        }
        await clock.sleep(waitMs);
      }
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      // Locked meanwhile: the note is there, and the next unlock goes on.
      if (this.#isOver || signal.aborted) tell('stopped');
      else {
        await notes.remove(prefix + job);
        tell('failed', { error: cause.code });
      }
    }
  }

  async #readKnown(): Promise<KnownNames> {
    const { device } = this.#parts;
    const clients = new Map<string, string>();
    for (const { code, name, aliases } of await device.clients.list({ refresh: false }))
      for (const each of [name ?? '', ...aliases]) if (each !== '') clients.set(fold(each), code);
    const people = new Map<string, PersonId | undefined>();
    for (const { person, name, state } of await device.people.list()) {
      if (name === undefined || state !== 'active') continue;
      people.set(fold(name), people.has(fold(name)) ? undefined : person);
    }
    return { clients, people };
  }
}

function toNewClient({
  name,
  aliases,
  countries,
  lead,
  ...rest
}: ImportRow): Parameters<Device['clients']['addMany']>[0][number] {
  return {
    name,
    aliases,
    ...(rest.class === undefined ? {} : { class: rest.class }),
    ...(countries === undefined ? {} : { countries }),
    ...(lead === undefined ? {} : { lead }),
  };
}

function isWaiting(result: ImportedClient): boolean {
  return result.state === 'not-begun' || (result.state === 'failed' && passing.has(result.error));
}

function describeResult(
  row: ImportRow | undefined,
  result: ImportedClient,
): NonNullable<JobEvent['rows']>[number] {
  const told = { line: row?.line ?? 0, name: row?.name ?? '' };
  if (result.state === 'failed') return { ...told, error: result.error };
  return result.state === 'not-begun' ? told : { ...told, code: result.code };
}
