/**
 * The recovery key on paper, and the boxes of a backup's file keys (docs/spec/bytes.md section 4, docs/spec/backup.md).
 * Invariant: what is on the printed kit opens the paper box without the server, and nothing else of the account.
 */
import { assertBytes, concatBytes, encodeUtf8 } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { CryptoError } from '../errors/index.ts';
import { parseId } from '../ids/index.ts';
import type { FirmId } from '../ids/index.ts';
import { kitSizes } from './kit.ts';
import type { Kit } from './kit.ts';

const paperInfo = encodeUtf8('sr1/recovery-paper/v1');
const backupInfo = encodeUtf8('sr1/backup/v1');

/** The seed of the key pair that the printed kit alone gives; it signs nothing and opens no account. */
function derivePaperSeed(engine: Pick<Engine, 'hkdf'>, kit: Kit, firm: FirmId): Uint8Array {
  assertBytes(kit.kitCode, 'kitCode', kitSizes.kitCode);
  assertBytes(kit.kitSecret, 'kitSecret', kitSizes.kitSecret);
  const info = encodeUtf8(`sr1/recovery/paper${parseId('frm', firm)}`);
  return engine.hkdf('sha512', { ikm: concatBytes(kit.kitCode, kit.kitSecret), info, length: 32 });
}

/** Seals the recovery key's seed so that the owner's printed kit opens it without the server. */
export async function sealPaperBox(
  engine: Pick<Engine, 'hkdf' | 'hpkePublicKey' | 'hpkeSeal'>,
  options: { readonly kit: Kit; readonly firm: FirmId; readonly seed: Uint8Array },
): Promise<Uint8Array> {
  assertBytes(options.seed, 'seed', 32);
  const publicKey = await engine.hpkePublicKey(derivePaperSeed(engine, options.kit, options.firm));
  const aad = encodeCbor([options.firm, 1]);
  return await engine.hpkeSeal({ publicKey, info: paperInfo, aad, plaintext: options.seed });
}

/** @throws CryptoError DECRYPT_FAILED for another kit, firm or box */
export async function openPaperBox(
  engine: Pick<Engine, 'hkdf' | 'hpkeOpen'>,
  options: { readonly kit: Kit; readonly firm: FirmId; readonly box: Uint8Array },
): Promise<Uint8Array> {
  const seed = derivePaperSeed(engine, options.kit, options.firm);
  const aad = encodeCbor([options.firm, 1]);
  const opened = await engine.hpkeOpen({ seed, info: paperInfo, aad, sealed: options.box });
  if (opened.length !== 32) throw new CryptoError('DECRYPT_FAILED');
  return opened;
}

/** The place of a file in a firm's backups; sealed under the recovery key of number 1. */
export type BackupPlace = { readonly firm: FirmId; readonly path: string };

/** The bytes that bind a file's box and its segments to the firm and to the path, so that no file serves in another's place. */
export function encodeBackupPlace(place: BackupPlace): Uint8Array {
  return encodeCbor([parseId('frm', place.firm), 1, place.path]);
}

/** Seals the key of one file of a backup to the recovery key. */
export async function sealBackupKey(
  engine: Pick<Engine, 'hpkeSeal'>,
  options: { readonly recovery: Uint8Array; readonly place: BackupPlace; readonly fileKey: Uint8Array },
): Promise<Uint8Array> {
  assertBytes(options.fileKey, 'fileKey', 32);
  return await engine.hpkeSeal({
    publicKey: options.recovery,
    info: backupInfo,
    aad: encodeBackupPlace(options.place),
    plaintext: options.fileKey,
  });
}

/** @throws CryptoError DECRYPT_FAILED */
export async function openBackupKey(
  engine: Pick<Engine, 'hpkeOpen'>,
  options: { readonly recoverySeed: Uint8Array; readonly place: BackupPlace; readonly box: Uint8Array },
): Promise<Uint8Array> {
  const fileKey = await engine.hpkeOpen({
    seed: options.recoverySeed,
    info: backupInfo,
    aad: encodeBackupPlace(options.place),
    sealed: options.box,
  });
  if (fileKey.length !== 32) throw new CryptoError('DECRYPT_FAILED');
  return fileKey;
}
