/**
 * One file of the upload queue as a state machine, without time, network or files: what an event makes of it, and which files begin next.
 * Invariants: what is done stays done; what the server acknowledged counts and nothing else; a file that is paused, failed or without
 * its source never begins by itself.
 */
import type { RecordClass, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { UploadItem, UploadState } from '../../keys/contract.ts';

/** A file of the queue as it is kept. */
export interface QueuedFile {
  readonly id: string;
  readonly room: RoomId;
  readonly name: string;
  readonly folder: readonly string[];
  readonly type: string;
  readonly totalBytes: number;
  readonly modifiedAtMs: number;
  readonly class?: RecordClass;
  /** A further version of this record, after the version the person saw. */
  readonly versionOf?: { readonly record: RecordId; readonly base: number };
  readonly state: UploadState;
  readonly doneBytes: number;
  /** Tries that failed since the last success. */
  readonly failures: number;
  readonly retryAtMs?: number;
  readonly record?: RecordId;
  readonly line?: { readonly ledger: VaultId; readonly index: number };
  readonly conflictOf?: RecordId;
  readonly error?: NonNullable<UploadItem['error']>;
}

/** What happens to a file. */
export type FileEvent =
  | { readonly kind: 'begun' }
  | { readonly kind: 'progress'; readonly doneBytes: number }
  | {
      readonly kind: 'written';
      readonly record: RecordId;
      readonly line: { readonly ledger: VaultId; readonly index: number };
      readonly conflictOf?: RecordId;
    }
  /** A try ended without success. */
  | { readonly kind: 'refused'; readonly error: NonNullable<UploadItem['error']>; readonly atMs: number }
  /** The person, or the lock, stopped the try. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** The time of the next try has come, or the server is back. */
  | { readonly kind: 'due' }
  | { readonly kind: 'source-given' }
  /** The worker is a new one: files chosen in the old one are gone, unless all of it is staged. */
  | { readonly kind: 'restored'; readonly isStaged: boolean; readonly doneBytes: number };

/** How many files are on their way at once. */
export const parallelMax = 4;
const backoffFirstMs = 2_000;
const backoffMsMax = 60_000;
/** A failure that is not the network's is tried this often. */
const failuresMax = 6;

const running: ReadonlySet<UploadState> = new Set(['sealing', 'sending', 'writing-line']);
/** Nothing but time stands in the way. */
const unreachable: ReadonlySet<string> = new Set([
  'SERVER_UNREACHABLE',
  'WARDEN_UNREACHABLE',
  'WARDEN_UNAVAILABLE',
]);
const passing: ReadonlySet<string> = new Set([
  'CHAIN_CONFLICT',
  'DATABASE_FAILED',
  'HEADS_STALE',
  'INTAKE_ENDED',
  'INTAKE_KEY_OLD',
  'OFFICE_BEHIND',
  'RATE_LIMITED',
  'REQUEST_STALE',
  'SERVER_FAILED',
  'WARDEN_BUSY',
  'WARDEN_FAILED',
  'WARDEN_WAITING',
]);
const interruptions: ReadonlySet<string> = new Set([
  'DEVICE_CUT_OFF',
  'DEVICE_LOCKED',
  'INTERRUPTED',
  'SESSION_REQUIRED',
]);

/** Whether a try is under way. */
export function isRunning(state: UploadState): boolean {
  return running.has(state);
}

/** What an event makes of a file. */
export function applyEvent(file: QueuedFile, event: FileEvent): QueuedFile {
  if (file.state === 'done') return file;
  switch (event.kind) {
    case 'begun':
      return isReady(file.state) ? { ...clear(file), state: 'sealing' } : file;
    case 'progress':
      return isRunning(file.state) ? withProgress(file, event.doneBytes) : file;
    case 'written': {
      const { record, line, conflictOf } = event;
      const written = {
        ...clear(file),
        state: 'done',
        doneBytes: file.totalBytes,
        failures: 0,
        record,
        line,
      } as const;
      return conflictOf === undefined ? written : { ...written, conflictOf };
    }
    case 'refused':
      return isRunning(file.state) ? refuse(file, event) : file;
    case 'interrupted':
      return isRunning(file.state) ? { ...clear(file), state: 'waiting' } : file;
    case 'pause':
      return isReady(file.state) || isRunning(file.state) ? { ...clear(file), state: 'paused' } : file;
    case 'resume':
      return file.state === 'paused' || file.state === 'failed' || file.state === 'offline'
        ? { ...clear(file), state: 'waiting', failures: 0 }
        : file;
    case 'due':
      return file.state === 'offline' ? { ...clear(file), state: 'waiting' } : file;
    case 'source-given':
      return file.state === 'needs-source' || file.state === 'failed'
        ? { ...clear(file), state: 'waiting', failures: 0 }
        : file;
    case 'restored':
      return restore(file, event);
  }
}

/** Which files begin now: the smallest first, and of like size those that came first. */
export function pickNext(files: readonly QueuedFile[], nowMs: number): readonly QueuedFile[] {
  let free = parallelMax;
  const chosen: QueuedFile[] = [];
  for (const file of files) {
    if (isRunning(file.state)) free -= 1;
    if (!isReady(file.state) || (file.retryAtMs ?? 0) > nowMs) continue;
    const place = chosen.findIndex(({ totalBytes }) => totalBytes > file.totalBytes);
    if (place !== -1) chosen.splice(place, 0, file);
    else if (chosen.length < parallelMax) chosen.push(file);
    chosen.length = Math.min(chosen.length, parallelMax);
  }
  return chosen.slice(0, Math.max(0, free));
}

/** When the next file may be tried again; undefined where none waits for its time. */
export function nextTryMs(files: readonly QueuedFile[]): number | undefined {
  let next: number | undefined;
  for (const { state, retryAtMs = 0 } of files)
    if (isReady(state) && (next === undefined || retryAtMs < next)) next = retryAtMs;
  return next;
}

/** A file as pages see it. */
export function describeFile(file: QueuedFile): UploadItem {
  const { id, room, name, folder, state, doneBytes, totalBytes, record, line, conflictOf, error } = file;
  return {
    id,
    room,
    name,
    folder,
    state,
    doneBytes,
    totalBytes,
    ...(record === undefined ? {} : { record }),
    ...(line === undefined ? {} : { line }),
    ...(conflictOf === undefined ? {} : { conflictOf }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Ready to begin, now or when its time has come. */
function isReady(state: UploadState): boolean {
  return state === 'waiting' || state === 'offline';
}

function withProgress(file: QueuedFile, doneBytes: number): QueuedFile {
  const done = Math.min(file.totalBytes, Math.max(0, doneBytes));
  const state = done >= file.totalBytes ? 'writing-line' : done > 0 ? 'sending' : 'sealing';
  return { ...file, state, doneBytes: done };
}

function refuse(file: QueuedFile, event: Extract<FileEvent, { kind: 'refused' }>): QueuedFile {
  const { error, atMs } = event;
  const { code } = error;
  if (interruptions.has(code)) return { ...clear(file), state: 'waiting' };
  if (code === 'SOURCE_NEEDED') return { ...clear(file), state: 'needs-source' };
  const failures = file.failures + 1;
  const isOutOfReach = unreachable.has(code);
  if (isOutOfReach || (passing.has(code) && failures < failuresMax)) {
    const waitMs = Math.min(backoffMsMax, backoffFirstMs * 2 ** Math.min(failures - 1, 10));
    const state = isOutOfReach ? 'offline' : 'waiting';
    return { ...clear(file), state, failures, retryAtMs: atMs + waitMs };
  }
  return { ...clear(file), state: 'failed', failures, error };
}

function restore(file: QueuedFile, event: Extract<FileEvent, { kind: 'restored' }>): QueuedFile {
  const doneBytes = Math.min(file.totalBytes, event.doneBytes);
  if (!event.isStaged) return { ...clear(file), state: 'needs-source', doneBytes };
  const state = file.state === 'paused' ? 'paused' : 'waiting';
  return { ...clear(file), state, doneBytes, failures: 0 };
}

/** Without what belonged to the state before. */
function clear(file: QueuedFile): QueuedFile {
  const { retryAtMs: _retryAtMs, error: _error, ...rest } = file;
  return rest;
}
