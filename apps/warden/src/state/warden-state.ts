// long: the secrets, the trees and every commit of both are private to one class, so that nothing else can hand them out.
/**
 * The warden's secrets: identity and ledger keys, and one puncturable tree for each vault, the office included. All lie in the
 * sealed state; every change rotates the state key. `done` remembers what was punctured until its line is in the ledger, so that
 * a crash between the two neither destroys twice nor forgets to say so.
 */
import {
  AccessError,
  ConflictError,
  DependencyError,
  IntegrityError,
  StrongroomError,
  compareBytes,
  isBytes,
  isId,
  officeId,
  wipeBytes,
} from '@strongroom/core';
import type { CborMap, CborValue, LeafKey } from '@strongroom/core';
import { createNoteKey, createNoteSigner, formatNoteKey, noteSignatureTypes } from '@strongroom/ledger';
import type { NoteKey, NoteSigner } from '@strongroom/ledger';
import type { WardenContext } from '../context.ts';
import { openPartedKeyStore } from '../level/parted-key-store.ts';
import type { GatheredSet, PartedKeyStore } from '../level/parted-key-store.ts';
import type { StateKeyLevel } from '../protocol/messages.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { WardenRole } from '../settings.ts';
import { SealedState, readMember } from '../storage/sealed-state.ts';
import type { PageKey } from '../storage/sealed-state.ts';
import { decodeBarePages, decodePageTable, encodePageTable } from './page-table.ts';
import { VaultTree } from './vault-tree.ts';
import type { PageChange, SlotRange } from './vault-tree.ts';

const rootFormat = 2;
/** The root's vaults name no commitments: such a state is read whole and its root written anew. */
const rootFormatBare = 1;

/** A puncture that is durable: the commitment roots and the generation of the state after it. */
export type Puncture = {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly generation: number;
};

/** A ledger's signing key. */
export type LedgerKey = { readonly origin: string; readonly vkey: string; readonly signer: NoteSigner };

type LedgerSecret = { readonly seed: Uint8Array; readonly key: LedgerKey };

export class WardenState {
  readonly #context: WardenContext;
  readonly #sealed: SealedState;
  readonly #keyStore: PartedKeyStore;
  readonly #queue = new SerialQueue();
  readonly #ledgers = new Map<string, LedgerSecret>();
  readonly #trees = new Map<string, VaultTree>();
  readonly #done = new Map<string, Puncture>();
  /** Files that were refused. */
  readonly #damaged = new Set<string>();
  readonly #voids = new Map<string, ReadonlySet<number>>();
  #number: number;
  #role: WardenRole;
  /** Memory is ahead of the disk: a change was begun and is not known to be durable. */
  #isAhead = false;
  readonly signSeed: Uint8Array;
  readonly publicKey: Uint8Array;
  #firm: string;

  private constructor(
    context: WardenContext,
    parts: {
      readonly sealed: SealedState;
      readonly keyStore: PartedKeyStore;
      readonly root: CborMap | undefined;
    },
  ) {
    this.#context = context;
    this.#sealed = parts.sealed;
    this.#keyStore = parts.keyStore;
    const { root } = parts;
    this.#role =
      root === undefined ? context.settings.role : root['role'] === 'standby' ? 'standby' : 'active';
    const number = root?.['number'];
    this.#number = this.#role === 'standby' ? 0 : typeof number === 'number' ? number : 1;
    this.signSeed = root === undefined ? context.engine.randomBytes(32) : readBytes(root['sign']);
    this.publicKey = context.engine.ed25519PublicKeySync(this.signSeed);
    this.#firm = typeof root?.['firm'] === 'string' ? root['firm'] : '';
  }

  /** Opens the state, or makes a new one and makes that durable. @throws IntegrityError WARDEN_STATE_CORRUPT */
  static async open(context: WardenContext, directory: string, keyPath: string): Promise<WardenState> {
    const keyStore = await openPartedKeyStore(context, keyPath);
    try {
      const { state: sealed, root } = await SealedState.open({ ...context, directory, keyStore });
      const state = new WardenState(context, { sealed, keyStore, root });
      if (root === undefined) await state.#commit([]);
      else await state.#load(root);
      return state;
    } catch (error) {
      await keyStore.close();
      throw error;
    }
  }

  /** A state from a disaster copy, in a directory without one; durable when this answers. @throws InputError FORMAT_INVALID; IntegrityError WARDEN_STATE_CORRUPT */
  static async adopt(
    context: WardenContext,
    {
      directory,
      keyPath,
      copied,
    }: { readonly directory: string; readonly keyPath: string; readonly copied: CborMap },
  ): Promise<void> {
    const keyStore = await openPartedKeyStore(context, keyPath);
    try {
      const { state: sealed, root } = await SealedState.open({ ...context, directory, keyStore });
      if (root !== undefined || copied['v'] !== rootFormat) throw corrupt();
      const state = new WardenState(context, { sealed, keyStore, root: copied });
      state.#loadSecrets(copied);
      const changes: PageChange[] = [];
      for (const [vault, value] of Object.entries(readMember(copied, 'vaults'))) {
        const pages = new Map(value as unknown as readonly (readonly [number, Uint8Array])[]);
        const { tree, change } = VaultTree.adopt(context.engine, pages, () => sealed.newPageKey());
        state.#trees.set(vault, tree);
        changes.push(change);
      }
      await state.#commit(changes);
      for (const tree of state.#trees.values()) tree.wipe();
    } finally {
      await keyStore.close();
    }
  }

  /** Seals the root under other parts, from the next generation on, which is durable when this answers (`level/change-level.ts`). */
  async changeParts(next: GatheredSet): Promise<void> {
    await this.#change(async () => {
      this.#keyStore.prepare(next);
      await this.#commit([]);
    });
  }

  /** Everything, for a disaster copy: the root with the trees themselves. The pages' bytes are the caller's to wipe. */
  async exportAll(): Promise<CborMap> {
    return await this.#change(async () => {
      const vaults: Record<string, CborValue> = {};
      for (const [id, tree] of this.#trees) vaults[id] = tree.exportPages();
      return this.#describe(vaults);
    });
  }

  /** The warden's number in the firm; 0 of a standby. */
  get number(): number {
    return this.#number;
  }
  get role(): WardenRole {
    return this.#role;
  }
  get level(): StateKeyLevel {
    return this.#keyStore.level;
  }
  get generation(): number {
    return this.#sealed.generation;
  }
  get seedCount(): number {
    return [...this.#trees.values()].reduce((sum, tree) => sum + tree.seedCount, 0);
  }
  /** Pages that are not read yet. */
  get unreadPageCount(): number {
    return [...this.#trees.values()].reduce((sum, tree) => sum + tree.unreadCount, 0);
  }
  get pageCount(): number {
    return [...this.#trees.values()].reduce((sum, tree) => sum + tree.pages().length, 0);
  }

  /** Ids of the prepared ledgers, sorted. */
  ledgerIds(): readonly string[] {
    return [...this.#ledgers.keys()].sort();
  }

  /** @throws ConflictError LEDGER_UNKNOWN before it was prepared */
  ledgerKey(ledger: string): LedgerKey {
    const found = this.#ledgers.get(ledger);
    if (found === undefined) throw new ConflictError('LEDGER_UNKNOWN');
    return found.key;
  }

  /**
   * Makes key and tree of a ledger, durable when this answers; the same for the same id. `mayBeOther`: nothing was ever written in the
   * office's, so a first run that somebody began and left stands in nobody's way; another firm's gets a key of its own.
   * @throws ConflictError LEDGER_UNKNOWN for a vault before the office, or for another firm's office
   */
  async prepareLedger(ledger: string, firm: string | undefined, mayBeOther = false): Promise<LedgerKey> {
    return await this.#change(async () => {
      const isOffice = ledger === officeId;
      const named: string = firm ?? '';
      const isOther = isOffice && this.#firm !== '' && this.#firm !== firm;
      if (isOffice && (!isId('frm', firm) || (isOther && !mayBeOther)))
        throw new ConflictError('LEDGER_UNKNOWN', { reason: 'firm' });
      if (isOther) {
        wipeBytes(this.#ledgers.get(officeId)?.seed);
        this.#firm = named;
        const seed = this.#context.engine.randomBytes(32);
        const key = this.#addLedger(officeId, seed, `strongroom/${named}/${officeId}/0`);
        await this.#commit([]);
        return key;
      }
      if (!isOffice && this.#firm === '') throw new ConflictError('LEDGER_UNKNOWN', { reason: 'office' });
      const found = this.#ledgers.get(ledger);
      if (found !== undefined) return found.key;
      await this.#context.faults.hit('warden.prepare-ledger.before-write');
      if (isOffice) this.#firm = named;
      const seed = this.#context.engine.randomBytes(32);
      const key = this.#addLedger(ledger, seed, `strongroom/${this.#firm}/${ledger}/0`);
      const tree = VaultTree.create(this.#context.engine);
      this.#trees.set(ledger, tree);
      await this.#commit([tree.takeChange(() => this.#sealed.newPageKey())]);
      return key;
    });
  }

  /** The firm whose ledgers these are; empty before the office's. */
  get firm(): string {
    return this.#firm;
  }

  /** A ledger's tree, for a standby over an authenticated channel. The bytes are the caller's to wipe. */
  exportPages(ledger: string): ReturnType<VaultTree['exportPages']> {
    return this.#tree(ledger).exportPages();
  }

  /** What is punctured in a ledger's tree. */
  deadRanges(ledger: string): readonly SlotRange[] {
    return this.#tree(ledger).deadRanges();
  }

  /** Takes over another warden's tree of a ledger that is not here, under a ledger key of our own; durable when this answers. */
  async adoptLedger(ledger: string, firm: string, pages: ReadonlyMap<number, Uint8Array>): Promise<void> {
    await this.#change(async () => {
      if (this.#ledgers.has(ledger)) return;
      if (this.#firm !== '' && this.#firm !== firm)
        throw new ConflictError('LEDGER_UNKNOWN', { reason: 'firm' });
      this.#firm = firm;
      const { engine } = this.#context;
      const { tree, change } = VaultTree.adopt(engine, pages, () => this.#sealed.newPageKey());
      this.#addLedger(ledger, engine.randomBytes(32), `strongroom/${firm}/${ledger}/0`);
      this.#trees.set(ledger, tree);
      await this.#commit([change]);
    });
  }

  /** The edition of a ledger, which is the end of its origin; 0 for one that is not prepared. */
  edition(ledger: string): number {
    return Number(/[0-9]+$/u.exec(this.#ledgers.get(ledger)?.key.origin ?? '')?.[0] ?? 0);
  }

  /** Gives each ledger its edition, under the same key; durable when this answers. */
  async beginEditions(editions: ReadonlyMap<string, number>): Promise<void> {
    await this.#change(async () => {
      this.#setEditions(editions);
      await this.#commit([]);
    });
  }

  /** A standby becomes the warden of this number, its ledgers of these editions; durable when this answers. */
  async promote(
    number: number,
    editions: ReadonlyMap<string, number>,
    voids: ReadonlyMap<string, readonly number[]>,
  ): Promise<void> {
    await this.#change(async () => {
      for (const [ledger, indexes] of voids) this.#voids.set(ledger, new Set(indexes));
      this.#number = number;
      this.#role = 'active';
      this.#setEditions(editions);
      await this.#commit([]);
    });
  }

  /** Whether an entry that is read in after a promotion had been found void by the warden before, which said so in a line. */
  wasVoidBefore(ledger: string, index: number): boolean {
    return this.#voids.get(ledger)?.has(index) === true;
  }

  /** Whether a slot still opens. */
  isLive(vault: string, slot: number): boolean {
    try {
      wipeBytes(this.#tree(vault).leafKey(slot));
      return true;
    } catch (error) {
      if (error instanceof AccessError) return false;
      throw error;
    }
  }

  /** The key of a slot. @throws AccessError SLOT_PUNCTURED; ConflictError LEDGER_UNKNOWN */
  leafKey(vault: string, slot: number): LeafKey {
    return this.#tree(vault).leafKey(slot);
  }

  /** The commitment root of a vault's tree. */
  commitment(vault: string): Uint8Array {
    return this.#tree(vault).commitment();
  }

  /** A puncture that was made and whose line is not known to be in the ledger. */
  findDone(name: string): Puncture | undefined {
    return this.#done.get(name);
  }

  /** Names of the punctures that are remembered. */
  doneNames(): readonly string[] {
    return [...this.#done.keys()];
  }

  /** The line of this puncture is in the ledger; the next commit forgets it. */
  forgetDone(name: string): void {
    this.#done.delete(name);
  }

  /** Destroys slots of a vault, for good when this answers; under a name that was done, nothing happens again. */
  async puncture(vault: string, ranges: readonly SlotRange[], name: string): Promise<Puncture> {
    return await this.#change(async () => {
      const found = this.#done.get(name);
      if (found !== undefined) return found;
      const tree = this.#tree(vault);
      const before = tree.commitment();
      try {
        tree.puncture(ranges);
      } catch (cause) {
        if (compareBytes(tree.commitment(), before) === 0) throw cause;
        this.#isAhead = true;
        throw new DependencyError('WARDEN_STORAGE_FAILED', { step: 'puncture', reason: 'page' }, { cause });
      }
      const done = { before, after: tree.commitment(), generation: this.#sealed.generation + 1 };
      this.#done.set(name, done);
      await this.#commit([tree.takeChange(() => this.#sealed.newPageKey())]);
      return done;
    });
  }

  /** Reads one page that nobody has asked for yet: what is damaged is logged before it is needed. */
  readAhead(): void {
    for (const tree of this.#trees.values()) {
      try {
        if (tree.readAhead()) return;
      } catch (error) {
        if (!(error instanceof StrongroomError)) throw error;
        const file = String(error.details['file'] ?? '');
        if (this.#damaged.has(file)) continue;
        this.#damaged.add(file);
        this.#context.logger.log('state.damaged', { code: error.code, step: file });
        return;
      }
    }
  }

  /** Ends the use of this object and overwrites trees and keys in memory. */
  async close(): Promise<void> {
    await this.#queue.settle();
    for (const tree of this.#trees.values()) tree.wipe();
    wipeBytes(this.signSeed, ...[...this.#ledgers.values()].map(({ seed }) => seed));
    await this.#keyStore.close();
  }

  #setEditions(editions: ReadonlyMap<string, number>): void {
    for (const [ledger, { seed, key }] of this.#ledgers) {
      const edition = editions.get(ledger);
      if (edition !== undefined)
        this.#addLedger(ledger, seed, key.origin.replace(/[0-9]+$/u, String(edition)));
    }
  }

  /** Once a change has failed, nobody is told what memory alone knows: the home is opened again. @throws DependencyError WARDEN_STORAGE_FAILED */
  #assertSound(): void {
    if (this.#isAhead) throw new DependencyError('WARDEN_STORAGE_FAILED', { step: 'state', reason: 'ahead' });
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    return await this.#queue.run(async () => {
      this.#assertSound();
      return await work();
    });
  }

  #tree(vault: string): VaultTree {
    this.#assertSound();
    const tree = this.#trees.get(vault);
    if (tree === undefined) throw new ConflictError('LEDGER_UNKNOWN');
    return tree;
  }

  #addLedger(ledger: string, seed: Uint8Array, origin: string): LedgerKey {
    const { engine } = this.#context;
    const publicKey = engine.ed25519PublicKeySync(seed);
    const noteKey: NoteKey = createNoteKey(engine, {
      name: origin,
      type: noteSignatureTypes.ed25519,
      publicKey,
    });
    const key = { origin, vkey: formatNoteKey(noteKey), signer: createNoteSigner(engine, noteKey, seed) };
    this.#ledgers.set(ledger, { seed, key });
    return key;
  }

  #loadSecrets(root: CborMap): void {
    for (const [ledger, value] of Object.entries(readMember(root, 'ledgers'))) {
      const [seed, origin] = value as readonly [Uint8Array, string];
      this.#addLedger(ledger, seed, origin);
    }
    for (const [name, value] of Object.entries(readMember(root, 'done'))) {
      const [before, after, generation] = value as readonly [Uint8Array, Uint8Array, number];
      this.#done.set(name, { before, after, generation });
    }
    if (root['voids'] !== undefined)
      for (const [ledger, value] of Object.entries(readMember(root, 'voids')))
        this.#voids.set(ledger, new Set(value as readonly number[]));
  }

  async #load(root: CborMap): Promise<void> {
    const isBare = root['v'] === rootFormatBare;
    if (!isBare && root['v'] !== rootFormat) throw corrupt();
    this.#loadSecrets(root);
    const named = new Set<string>();
    const { engine } = this.#context;
    const readPage = (page: PageKey): Uint8Array => this.#sealed.readPage(page);
    const open = isBare
      ? (value: CborValue) => VaultTree.openWhole(engine, decodeBarePages(value), readPage)
      : (value: CborValue) => VaultTree.open(engine, decodePageTable(value), readPage);
    for (const [vault, value] of Object.entries(readMember(root, 'vaults'))) {
      const tree = open(value);
      this.#trees.set(vault, tree);
      for (const { name } of tree.pages()) named.add(name);
    }
    await this.#sealed.removeStrayPages(named);
    if (isBare) await this.#commit([]);
  }

  #describe(vaults: CborMap): CborMap {
    const ledgers: Record<string, CborValue> = {};
    for (const [id, { seed, key }] of this.#ledgers) ledgers[id] = [seed, key.origin];
    const done: Record<string, CborValue> = {};
    for (const [name, { before, after, generation }] of this.#done) done[name] = [before, after, generation];
    return {
      v: rootFormat,
      role: this.#role,
      number: this.#number,
      voids: Object.fromEntries([...this.#voids].map(([id, indexes]) => [id, [...indexes]])),
      sign: this.signSeed,
      firm: this.#firm,
      ledgers,
      vaults,
      done,
    };
  }

  async #commit(changes: readonly PageChange[]): Promise<void> {
    const vaults: Record<string, CborValue> = {};
    for (const [id, tree] of this.#trees) vaults[id] = encodePageTable(tree.pages());
    try {
      await this.#sealed.commit({
        root: this.#describe(vaults),
        pages: changes.flatMap(({ written }) => written),
        gone: changes.flatMap(({ gone }) => gone),
      });
    } catch (cause) {
      this.#isAhead = true;
      throw cause;
    }
    for (const table of Object.values(vaults)) wipeBytes(table as Uint8Array);
  }
}

function readBytes(value: CborValue | undefined): Uint8Array {
  if (!isBytes(value)) throw corrupt();
  return value;
}

function corrupt(): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'root' });
}
