/** The parts of the state key that lie elsewhere: made, gathered once for the life of a process, removed. */
import { IntegrityError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { checkOf } from './derive-root-key.ts';
import { createFilePart, readFilePart, removeFilePart } from './file-part.ts';
import type { KeyPart } from './part-list.ts';
import { createTpmPart, readTpmPart, removeTpmPart } from './tpm-part.ts';

type KeeperContext = {
  readonly engine: Pick<Engine, 'hkdf' | 'randomBytes' | 'sha256'>;
  readonly home: string;
};

export class PartKeeper {
  readonly #context: KeeperContext;
  /** By part id. They stay: a home that is opened again must not need a stick that was drawn meanwhile. */
  readonly #secrets = new Map<string, Uint8Array>();

  constructor(context: KeeperContext) {
    this.#context = context;
  }

  /** @throws DependencyError STATE_KEY_PART_MISSING; IntegrityError STATE_KEY_PART_OTHER */
  async gather(parts: readonly KeyPart[]): Promise<readonly Uint8Array[]> {
    const { engine, home } = this.#context;
    const secrets: Uint8Array[] = [];
    for (const part of parts) {
      const kept = this.#secrets.get(part.id);
      const secret =
        kept ?? (part.kind === 'tpm' ? await readTpmPart(home, part) : await readFilePart(engine, part));
      if (checkOf(engine, part.id, secret) !== part.check)
        throw new IntegrityError('STATE_KEY_PART_OTHER', { part: part.kind });
      this.#secrets.set(part.id, secret);
      secrets.push(secret);
    }
    return secrets;
  }

  /** Durable when this answers. @throws DependencyError TPM_UNUSABLE, WARDEN_STORAGE_FAILED */
  async create(part: KeyPart, secret: Uint8Array): Promise<void> {
    const { engine, home } = this.#context;
    await (part.kind === 'tpm'
      ? createTpmPart(engine, home, part, secret)
      : createFilePart(engine, part, secret));
  }

  /** One that is not there is gone. @throws DependencyError TPM_UNUSABLE, WARDEN_STORAGE_FAILED, where it cannot be seen or removed */
  async remove(part: KeyPart): Promise<void> {
    const { engine, home } = this.#context;
    await (part.kind === 'tpm' ? removeTpmPart(engine, home, part) : removeFilePart(part));
  }
}
