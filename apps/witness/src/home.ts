/** The folder of a witness: its key, and the heads that it may never lose. Spec: docs/spec/witness.md, section 1. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  ConflictError,
  decodeHex,
  DependencyError,
  encodeHex,
  InputError,
  IntegrityError,
  isEqualConstantTime,
  StrongroomError,
} from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import {
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  isKeyName,
  noteSignatureTypes,
  parseNoteKey,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import { createHeadStore, openHeadStore } from './head-store.ts';
import type { HeadStore } from './head-store.ts';

/** An opened home. */
export interface WitnessHome {
  readonly signer: NoteSigner;
  readonly heads: HeadStore;
}

const seedBytes = 32;
const keyFile = (home: string): string => join(home, 'key');
const headsFile = (home: string): string => join(home, 'witness.sqlite');

/**
 * Makes a home with a new key.
 * @returns the vkey, which logs are told
 * @throws ConflictError TARGET_EXISTS; InputError INPUT_INVALID for a name that no key may have; DependencyError HOME_NOT_WRITABLE
 */
export async function initWitness(options: {
  readonly engine: NodeEngine;
  readonly home: string;
  /** Names the witness for ever, for example `witness.example/1`. */
  readonly name: string;
}): Promise<string> {
  const { engine, home, name } = options;
  if (!isKeyName(name)) throw new InputError('INPUT_INVALID', { name: 'name' });
  if (existsSync(keyFile(home))) throw new ConflictError('TARGET_EXISTS');
  const seed = engine.randomBytes(seedBytes);
  const publicKey = await engine.ed25519PublicKey(seed);
  const key = createNoteKey(engine, { name, type: noteSignatureTypes.cosignatureV1, publicKey });
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    chmodSync(home, 0o700);
    // A home without a key never cosigned anything: what a crash left of it may go.
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${headsFile(home)}${suffix}`, { force: true });
    createHeadStore(headsFile(home), key.id);
    writeDurably(home, keyFile(home), `${formatNoteKey(key)}\n${encodeHex(seed)}\n`);
  } catch (cause) {
    throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
  }
  return formatNoteKey(key);
}

/**
 * Opens a home.
 * @param access `run` is for one process at a time; `look` for others beside it
 * @throws InputError NAME_UNKNOWN where there is no witness; IntegrityError HOME_DAMAGED; DependencyError HOME_IN_USE
 */
export async function openWitnessHome(
  engine: NodeEngine,
  home: string,
  access: 'run' | 'look',
): Promise<WitnessHome> {
  const signer = await readSigner(engine, home);
  if (!existsSync(headsFile(home))) throw new IntegrityError('HOME_DAMAGED', { file: 'witness.sqlite' });
  return { signer, heads: openHeadStore(headsFile(home), { keyId: signer.key.id, access }) };
}

async function readSigner(engine: NodeEngine, home: string): Promise<NoteSigner> {
  let text: string;
  try {
    text = readFileSync(keyFile(home), 'utf8');
  } catch (cause) {
    throw new InputError('NAME_UNKNOWN', {}, { cause });
  }
  try {
    const [vkey = '', seedText = ''] = text.split('\n');
    const key = parseNoteKey(engine, vkey);
    const seed = decodeHex(seedText);
    const isOwn =
      key.type === noteSignatureTypes.cosignatureV1 &&
      seed.length === seedBytes &&
      isEqualConstantTime(await engine.ed25519PublicKey(seed), key.publicKey);
    if (!isOwn) throw new IntegrityError('KEY_INVALID');
    return createNoteSigner(engine, key, seed);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new IntegrityError('HOME_DAMAGED', { file: 'key' }, { cause });
  }
}

/** A new file beside it, synced, renamed; then the folder. */
function writeDurably(folder: string, path: string, text: string): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  const file = openSync(beside, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
