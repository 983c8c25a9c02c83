/**
 * What a device needs from the world around it. Nothing in this package touches a clock, a network, a disk or a source of
 * randomness but through these, so it runs in a browser's worker, in the command line and in a simulator alike.
 */
import type { Engine, SegmentPool } from '@strongroom/core';

/** Everything a device is given. */
export interface DeviceEnvironment {
  readonly engine: Engine;
  readonly storage: DeviceStorage;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Parallel sealing and opening of body segments. Without it they are done on the calling thread. */
  readonly segments?: SegmentPool;
  /** A place for sealed parts, so that an upload survives a closed tab. Without it the file has to be chosen again. */
  readonly staging?: SegmentStage;
  /** The web bundle that this code is part of, compiled in. Absent where the code did not come from the server. */
  readonly bundle?: RunningBundle;
}

/** Which web bundle runs. */
export interface RunningBundle {
  readonly number: number;
  /** SHA-256 of its canonical list, 64 lower-case hex digits, where it is known. */
  readonly hash?: string;
}

/**
 * Where sealed parts of uploads wait. Only ciphertext comes here; its keys and hashes are in the sealed journal. `write` replaces, and
 * is durable when it resolves; it throws whatever the system gave when there is no room.
 */
export interface SegmentStage {
  write(upload: string, part: number, bytes: Uint8Array): Promise<void>;
  read(upload: string, part: number): Promise<Uint8Array | undefined>;
  /** Removes one part, or all of an upload. Removing what is absent is no error. */
  remove(upload: string, part?: number): Promise<void>;
  list(): Promise<readonly StagedUpload[]>;
  /** What the system lets this device write yet, as far as it says. */
  estimate(): Promise<{ readonly freeBytes: number }>;
}

/** The parts of one upload that wait. */
export interface StagedUpload {
  readonly upload: string;
  readonly parts: readonly number[];
  readonly bytes: number;
}

/**
 * A small key-value store that belongs to this device alone. Keys are ASCII (`a-z 0-9 . _ / -`). `write` replaces atomically
 * and is durable when it resolves. Everything secret is sealed before it is written, except what unlocking itself needs (the
 * kit secret, which opens nothing alone): the store should still be readable by its owner only.
 */
export interface DeviceStorage {
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * As `read` of each, in their order. Optional: for a store in which one question with many keys is much faster than many
   * questions.
   */
  readMany?(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** Removing what is absent is no error. */
  remove(key: string): Promise<void>;
  /** The keys that begin with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
}

/** One exchange with the server. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query, beginning with `/`. Holds ids and numbers only. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** The server's answer; header names in lower case. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends requests. A failure to reach the server is thrown, as whatever error the network gave. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
}

/** Time. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** The bytes of a file to add. `read` answers exactly `length` bytes or throws. */
export interface FileSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Where it lies, shown in the list of unfinished uploads; sealed in the journal. */
  readonly path?: string;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where an opened record goes. Nothing may be shown before `commit`; `abort` removes what was written. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}
