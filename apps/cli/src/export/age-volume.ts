/**
 * One volume of an export: a tar archive encrypted by age while it is written (docs/spec/export.md sections 2 and 3). Nothing of
 * it reaches the disk in plain; it gets its name when it is whole and durable.
 */
import { createHash } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { ConflictError, DependencyError, InputError } from '@strongroom/core';
import { failWriting } from '../files/write-failure.ts';
import { fileErrorCode, fileSteps } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';
import { formatTarHeader, tarEnd, tarPadding } from './tar-archive.ts';
import type { TarFile } from './tar-archive.ts';

/** A volume that is finished. */
export interface FinishedVolume {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A volume that is being written. */
export interface Volume {
  /** Bytes of the archive so far. */
  readonly sizeBytes: number;
  /** Adds a file; `chunks` are exactly its size. */
  add(file: TarFile, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
  /** Ends it, makes it durable and gives it its name. @throws ConflictError TARGET_EXISTS */
  finish(name: string): Promise<FinishedVolume>;
  /** Removes it; does nothing once it is finished. */
  abort(): Promise<void>;
}

/** Recipients as age takes them. @throws InputError INPUT_INVALID */
export function createEncrypter(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw nameSubject(new InputError('INPUT_INVALID', { name: '--recipient' }, { cause }), recipient);
    }
  }
  return encrypter;
}

/** A key to open an export with: the file as `age-keygen` writes it, and who may be written to with it. */
export async function makeAgeKey(madeAtMs: number): Promise<{ file: string; recipient: string }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const created = new Date(madeAtMs).toISOString().replace(/\.\d+/u, '');
  return { file: `# created: ${created}\n# public key: ${recipient}\n${identity}\n`, recipient };
}

/** Begins a volume in a folder. @throws DependencyError FILE_UNWRITABLE, DISK_FULL, from here on from every method */
export async function startVolume(options: {
  readonly folder: string;
  readonly token: string;
  readonly encrypter: Encrypter;
}): Promise<Volume> {
  const { folder, token, encrypter } = options;
  const unfinished = join(folder, `.strongroom-${token}.part`);
  const handle = await open(unfinished, 'wx', 0o600).catch((cause: unknown) => failWriting(cause, folder));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const hash = createHash('sha256');
  let stored = 0;
  const pump = async (): Promise<void> => {
    const encrypted = await encrypter.encrypt(readable);
    for await (const bytes of encrypted) {
      hash.update(bytes);
      await handle.writeFile(bytes);
      stored += bytes.length;
    }
  };
  const pumped = pump();
  const failed = pumped.then(async () => await new Promise<never>(() => undefined));
  failed.catch(() => undefined); // told by whoever writes next
  writer.closed.catch(() => undefined);
  let sizeBytes = 0;
  let isOpen = true;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await Promise.race([writer.write(bytes), failed]).catch((cause: unknown) => failWriting(cause, folder));
    sizeBytes += bytes.length;
  };
  const volume: Volume = {
    get sizeBytes() {
      return sizeBytes;
    },
    async add(file, chunks) {
      await write(formatTarHeader(file));
      const until = sizeBytes + file.sizeBytes;
      for await (const chunk of chunks) await write(chunk);
      if (sizeBytes !== until) throw new DependencyError('FILE_UNWRITABLE', { reason: 'size' });
      await write(tarPadding(file.sizeBytes));
    },
    async finish(name) {
      await write(tarEnd);
      try {
        await writer.close();
        await pumped;
        await handle.sync();
      } catch (cause) {
        failWriting(cause, folder);
      }
      await handle.close();
      isOpen = false;
      const target = join(folder, name);
      try {
        await link(unfinished, target);
      } catch (cause) {
        if (fileErrorCode(cause) === 'EEXIST')
          throw nameSubject(new ConflictError('TARGET_EXISTS', {}, { cause }), target);
        failWriting(cause, target);
      } finally {
        await rm(unfinished, { force: true });
      }
      await fileSteps.syncFolder(dirname(target));
      return { name, sha256: hash.digest('hex'), sizeBytes: stored };
    },
    async abort() {
      if (!isOpen) return;
      isOpen = false;
      await writer.abort().catch(() => undefined); // what failed before is told already
      await pumped.catch(() => undefined);
      await handle.close();
      await rm(unfinished, { force: true });
    },
  };
  return volume;
}
