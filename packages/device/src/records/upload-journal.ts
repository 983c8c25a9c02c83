/**
 * What is needed to go on with an upload after the process was killed, sealed on the device: the content keys, the FLOE header, and
 * for each part the hashes of what was sealed and of what it was sealed from. A part's hashes are durable before the part is
 * sent or staged; so what the server has acknowledged is always known here. Invariant: a journal whose file changed is never resumed.
 */
import { IntegrityError, isBytes } from '@strongroom/core';
import type { RecordClass, RecordId, RoomId, UploadId, VaultId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';

/** The fixed part of a journal. */
export interface UploadJournal {
  readonly upload: UploadId;
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly class: RecordClass;
  readonly epoch: number;
  readonly conflictOf?: readonly [RecordId, number];
  readonly cardKey: Uint8Array;
  readonly bodyKey: Uint8Array;
  readonly floeHeader: Uint8Array;
  readonly name: string;
  readonly path?: string;
  readonly folder: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly type: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly startedAtMs: number;
}

/** Hashes of one part's segments, in order. */
export interface PartHashes {
  readonly leaves: readonly Uint8Array[];
  readonly plaintexts: readonly Uint8Array[];
}

/** Journals, by upload. */
export class UploadJournals {
  readonly #store: SealedStore;

  constructor(store: SealedStore) {
    this.#store = store;
  }

  async write(journal: UploadJournal): Promise<void> {
    const { conflictOf, folder, labels, ...rest } = journal;
    await this.#store.write(`upload/${journal.upload}/journal`, {
      ...rest,
      folder: [...folder],
      labels: { ...labels },
      ...(conflictOf === undefined ? {} : { conflictOf: [...conflictOf] }),
    });
  }

  /** @throws IntegrityError STATE_INVALID */
  async find(upload: string): Promise<UploadJournal | undefined> {
    const value = await this.#store.read(`upload/${upload}/journal`);
    if (value === undefined) return undefined;
    // Journals of before the labels were kept have none.
    const journal = { labels: {}, ...(value as object) } as UploadJournal;
    if (!isBytes(journal.cardKey) || !isBytes(journal.bodyKey) || !isBytes(journal.floeHeader))
      throw new IntegrityError('STATE_INVALID');
    return journal;
  }

  async list(): Promise<UploadJournal[]> {
    const journals: UploadJournal[] = [];
    for (const name of await this.#store.list('upload/')) {
      if (!name.endsWith('/journal')) continue;
      const journal = await this.find(name.split('/')[1] ?? '');
      if (journal !== undefined) journals.push(journal);
    }
    return journals;
  }

  async writePart(upload: string, part: number, hashes: PartHashes): Promise<void> {
    await this.#store.write(partName(upload, part), [[...hashes.leaves], [...hashes.plaintexts]]);
  }

  async findPart(upload: string, part: number): Promise<PartHashes | undefined> {
    const value = await this.#store.read(partName(upload, part));
    if (value === undefined) return undefined;
    const [leaves, plaintexts] = value as unknown as readonly [Uint8Array[], Uint8Array[]];
    return { leaves, plaintexts };
  }

  /** Notes that every part is sealed, and at the server or in the stage: the content's hash is all that the file was needed for. */
  async markSealed(upload: string, contentHash: Uint8Array): Promise<void> {
    await this.#store.writeBytes(sealedName(upload), contentHash);
  }

  /** The hash of the content, where all of it is sealed. */
  async findSealed(upload: string): Promise<Uint8Array | undefined> {
    return await this.#store.readBytes(sealedName(upload));
  }

  async unmarkSealed(upload: string): Promise<void> {
    await this.#store.remove(sealedName(upload));
  }

  async remove(upload: string): Promise<void> {
    // The keys go first: what is left over without them says nothing.
    await this.#store.remove(`upload/${upload}/journal`);
    for (const name of await this.#store.list(`upload/${upload}/`)) await this.#store.remove(name);
  }
}

function sealedName(upload: string): string {
  return `upload/${upload}/sealed`;
}

function partName(upload: string, part: number): string {
  return `upload/${upload}/part-${String(part).padStart(6, '0')}`;
}
