/** The head of a backup, in clear: what a firm is known by, and the recovery key as the printed kit opens it. */
import { readFile } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { decodeEntry } from '@strongroom/authority';
import type { FirmCreated } from '@strongroom/authority';
import {
  ConflictError,
  CryptoError,
  hashLabelled,
  InputError,
  IntegrityError,
  isEqualConstantTime,
  openPaperBox,
  parseKit,
} from '@strongroom/core';
import type { Engine, FirmId } from '@strongroom/core';
import { findAttachment, listEntries, listFirmChain } from './database.ts';

/** What the office's database says of the firm. */
export type FirmFacts = {
  readonly firm: FirmId;
  readonly recovery: Uint8Array;
  readonly genesis: Uint8Array;
  readonly paperBox: Uint8Array;
  readonly firmChain: readonly Uint8Array[];
};

/** A backup as its head describes it. */
export type BackupHead = {
  readonly format: 1;
  readonly id: string;
  readonly madeAtMs: number;
  readonly firm: FirmId;
  readonly genesis: string;
  readonly paperBox: string;
  readonly firmChain: readonly string[];
  readonly files: number;
  readonly sizeBytes: number;
};

/** @throws ConflictError BACKUP_NO_FIRM, BACKUP_WITHOUT_KEY */
export function readFirmFacts(engine: Engine, office: DatabaseSync): FirmFacts {
  const first = listEntries(office).next().value as { readonly entry: Uint8Array } | undefined;
  if (first === undefined) throw new ConflictError('BACKUP_NO_FIRM');
  const genesis = readGenesis(first.entry);
  const { paperBoxHash } = genesis.recovery;
  const paperBox = paperBoxHash === undefined ? undefined : findAttachment(office, paperBoxHash);
  if (paperBox === undefined || !isPaperBox(engine, genesis, paperBox))
    throw new ConflictError('BACKUP_WITHOUT_KEY');
  return {
    firm: genesis.firm,
    recovery: genesis.recovery.kem,
    genesis: first.entry,
    paperBox,
    firmChain: listFirmChain(office),
  };
}

/** Bytes of the file. */
export function formatHead(
  facts: FirmFacts,
  own: Pick<BackupHead, 'id' | 'madeAtMs' | 'files' | 'sizeBytes'>,
): string {
  const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const head: BackupHead = {
    format: 1,
    id: own.id,
    madeAtMs: own.madeAtMs,
    firm: facts.firm,
    genesis: encode(facts.genesis),
    paperBox: encode(facts.paperBox),
    firmChain: facts.firmChain.map(encode),
    files: own.files,
    sizeBytes: own.sizeBytes,
  };
  return `${JSON.stringify(head, null, 1)}\n`;
}

/** @throws IntegrityError BACKUP_DAMAGED */
export async function readHead(path: string, id: string): Promise<BackupHead> {
  try {
    const head = JSON.parse(await readFile(path, 'utf8')) as BackupHead;
    const isHead =
      head.format === 1 &&
      head.id === id &&
      [head.madeAtMs, head.files, head.sizeBytes].every((each) => Number.isSafeInteger(each) && each >= 0) &&
      [head.firm, head.genesis, head.paperBox].every((each) => typeof each === 'string');
    if (isHead && readGenesis(Buffer.from(head.genesis, 'base64')).firm === head.firm) return head;
  } catch (cause) {
    throw new IntegrityError('BACKUP_DAMAGED', { reason: 'head' }, { cause });
  }
  throw new IntegrityError('BACKUP_DAMAGED', { reason: 'head' });
}

/**
 * The recovery key's seed, by the printed kit.
 * @throws ConflictError BACKUP_WITHOUT_KEY where the firm was created without a box that a kit opens; InputError KIT_INVALID, KIT_OTHER
 */
export async function openRecoveryKey(
  engine: Engine,
  head: BackupHead,
  kitText: string,
): Promise<Uint8Array> {
  const genesis = readGenesis(Buffer.from(head.genesis, 'base64'));
  if (genesis.recovery.paperBoxHash === undefined) throw new ConflictError('BACKUP_WITHOUT_KEY');
  const kit = parseKit(engine, kitText);
  const box = new Uint8Array(Buffer.from(head.paperBox, 'base64'));
  if (!isPaperBox(engine, genesis, box)) throw new IntegrityError('BACKUP_DAMAGED', { reason: 'head' });
  try {
    const seed = await openPaperBox(engine, { kit, firm: genesis.firm, box });
    if (isEqualConstantTime(await engine.hpkePublicKey(seed), genesis.recovery.kem)) return seed;
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
  }
  throw new InputError('KIT_OTHER');
}

function isPaperBox(engine: Engine, { recovery }: FirmCreated, box: Uint8Array): boolean {
  const hash = recovery.paperBoxHash;
  return hash !== undefined && isEqualConstantTime(hashLabelled(engine, 'attachment', box), hash);
}

function readGenesis(entry: Uint8Array): FirmCreated {
  const { body } = decodeEntry(new Uint8Array(entry));
  if (body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
  return body;
}
