/**
 * An append-only file of records: "SRJ1" ‖ u32 number ‖ u32 length ‖ checksum (16) ‖ payload, the checksum being
 * SHA-256(file's name ‖ number ‖ length ‖ payload) cut. Records that wait are written together and share one fdatasync.
 * Invariants: a record is acknowledged only after the sync; there is never more than one write that is not synced, so a torn
 * record is the last one and is cut at the next opening; an unreadable record with a good one behind it is damage, and refused.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  DependencyError,
  IntegrityError,
  compareBytes,
  concatBytes,
  decodeU32,
  encodeU32,
  encodeUtf8,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { FaultPoints } from '../test-control/fault-points.ts';
import type { StartFaultPoint, WardenFaultPoint } from '../warden-fault-points.ts';
import { onDisk, syncDirectory, writeFully } from './durable-files.ts';

const magic = encodeUtf8('SRJ1');
const headBytes = 28;

/** The longest record. */
export const recordBytesMax = 134_217_728;

export type JournalOptions = {
  readonly path: string;
  readonly directory: string;
  readonly engine: Pick<Engine, 'sha256'>;
  readonly faults: FaultPoints<WardenFaultPoint | StartFaultPoint>;
};

type Waiting = {
  readonly payload: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** One journal file, open for appending. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #file: FileHandle;
  readonly #name: Uint8Array;
  #nextNumber: number;
  #sizeBytes: number;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #isBroken = false;

  private constructor(options: JournalOptions, file: FileHandle, count: number, sizeBytes: number) {
    this.#options = options;
    this.#file = file;
    this.#name = encodeUtf8(basename(options.path));
    this.#nextNumber = count;
    this.#sizeBytes = sizeBytes;
  }

  /**
   * Opens or makes a journal and answers its records in order, a torn end cut off.
   * @throws IntegrityError WARDEN_STATE_CORRUPT; DependencyError WARDEN_STORAGE_FAILED
   */
  static async open(options: JournalOptions): Promise<{ journal: Journal; records: Uint8Array[] }> {
    return await onDisk('journal.open', async () => {
      const file = await open(options.path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        const bytes = new Uint8Array(await file.readFile());
        const { records, endBytes } = readRecords(options.engine, basename(options.path), bytes);
        if (endBytes < bytes.length) await file.truncate(endBytes);
        await options.faults.hit('warden.start.after-cut');
        await file.sync();
        await syncDirectory(options.directory);
        return { journal: new Journal(options, file, records.length, endBytes), records };
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  /** Bytes in the file. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends a record; resolves when it is durable. @throws DependencyError WARDEN_STORAGE_FAILED, FAULT_INJECTED */
  append(payload: Uint8Array): Promise<void> {
    if (payload.length > recordBytesMax) return Promise.reject(broken('too-long'));
    return new Promise((resolve, reject) => {
      if (this.#isBroken) return reject(broken('broken'));
      this.#waiting.push({ payload, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** The records in the file, for a standby that lacks some. Nothing may be under way. */
  async readAll(): Promise<readonly Uint8Array[]> {
    const bytes = new Uint8Array(this.#sizeBytes);
    await onDisk('journal.read', async () => {
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await this.#file.read(bytes, at, bytes.length - at, at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
    });
    return readRecords(this.#options.engine, basename(this.#options.path), bytes).records;
  }

  /** Waits for what is under way, then closes; what comes later is refused. */
  async close(): Promise<void> {
    await this.#draining;
    this.#isBroken = true;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await onDisk('journal.append', () => this.#write(batch.map(({ payload }) => payload)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#isBroken = true;
        for (const { reject } of [...batch, ...this.#waiting]) reject(error);
        this.#waiting = [];
      }
    }
    this.#draining = undefined;
  }

  async #write(payloads: readonly Uint8Array[]): Promise<void> {
    const { faults, engine } = this.#options;
    const bytes = concatBytes(
      ...payloads.flatMap((payload, place) => {
        const number = encodeU32(this.#nextNumber + place);
        const length = encodeU32(payload.length);
        return [magic, number, length, checksum(engine, this.#name, number, length, payload), payload];
      }),
    );
    await faults.hit('warden.journal.before-write');
    await writeFully(this.#file, bytes, this.#sizeBytes);
    await faults.hit('warden.journal.after-write');
    await this.#file.datasync();
    await faults.hit('warden.journal.after-fsync');
    this.#sizeBytes += bytes.length;
    this.#nextNumber += payloads.length;
  }
}

function broken(reason: string): DependencyError {
  return new DependencyError('WARDEN_STORAGE_FAILED', { step: 'journal.append', reason });
}

function checksum(engine: Pick<Engine, 'sha256'>, ...parts: readonly Uint8Array[]): Uint8Array {
  return engine.sha256(...parts).subarray(0, 16);
}

function readRecords(
  engine: Pick<Engine, 'sha256'>,
  name: string,
  bytes: Uint8Array,
): { readonly records: Uint8Array[]; readonly endBytes: number } {
  const nameBytes = encodeUtf8(name);
  const records: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const record = findRecord(engine, nameBytes, bytes, at);
    if (record === undefined || record.number !== records.length) {
      if (hasRecordAfter(engine, nameBytes, bytes, at + 1))
        throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'journal', offset: at });
      break;
    }
    records.push(record.payload);
    at += headBytes + record.payload.length;
  }
  return { records, endBytes: at };
}

function findRecord(
  engine: Pick<Engine, 'sha256'>,
  name: Uint8Array,
  bytes: Uint8Array,
  at: number,
): { readonly number: number; readonly payload: Uint8Array } | undefined {
  if (at + headBytes > bytes.length || compareBytes(bytes.subarray(at, at + 4), magic) !== 0)
    return undefined;
  const numberBytes = bytes.subarray(at + 4, at + 8);
  const lengthBytes = bytes.subarray(at + 8, at + 12);
  const length = decodeU32(lengthBytes);
  if (length > recordBytesMax || at + headBytes + length > bytes.length) return undefined;
  const payload = bytes.slice(at + headBytes, at + headBytes + length);
  const expected = checksum(engine, name, numberBytes, lengthBytes, payload);
  if (compareBytes(bytes.subarray(at + 12, at + headBytes), expected) !== 0) return undefined;
  return { number: decodeU32(numberBytes), payload };
}

function hasRecordAfter(
  engine: Pick<Engine, 'sha256'>,
  name: Uint8Array,
  bytes: Uint8Array,
  from: number,
): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(magic, from); at >= 0; at = view.indexOf(magic, at + 1))
    if (findRecord(engine, name, bytes, at) !== undefined) return true;
  return false;
}
