/**
 * A part of the state key in this machine's TPM 2.0: the content of an NV index, read and written by the programs of tpm2-tools.
 * In the TPM and not sealed by it to a file: what is overwritten there opens for no old copy of the home (docs/spec/warden.md
 * section 14). The secret goes through standard input and output alone.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DependencyError, decodeU32, encodeHex, encodeUtf8, wipeBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { createFiles, syncNames, wipeFiles } from '../storage/durable-files.ts';
import { partBytes } from './derive-root-key.ts';

export type TpmPart = { readonly id: string; readonly index: string };

/** The owner's NV indexes. */
const indexFirst = 0x01_80_00_00;
const indexCount = 0x40_00_00;
const passwordBytes = 16;
const outputBytesMax = 65_536;
/** A TPM may be at work for another program. */
const programMsMax = 60_000;

const passwordName = (id: string): string => `part-${id}`;
const passwordOf = (home: string, id: string): string => `file:${join(home, passwordName(id))}`;

/** An index that nobody has. @throws DependencyError TPM_UNUSABLE */
export async function chooseTpmIndex(engine: Pick<Engine, 'randomBytes'>): Promise<string> {
  const taken = await orUnusable(listIndexes());
  for (;;) {
    const index = indexFirst + (decodeU32(engine.randomBytes(4), 0) % indexCount);
    if (!taken.has(index)) return `0x${index.toString(16).padStart(8, '0')}`;
  }
}

/** @throws DependencyError TPM_UNUSABLE, WARDEN_STORAGE_FAILED */
export async function createTpmPart(
  engine: Pick<Engine, 'randomBytes'>,
  home: string,
  { id, index }: TpmPart,
  secret: Uint8Array,
): Promise<void> {
  const password = encodeUtf8(encodeHex(engine.randomBytes(passwordBytes)));
  await createFiles(home, [{ name: passwordName(id), make: () => password }]);
  await syncNames(home);
  wipeBytes(password);
  const access = ['-a', 'authread|authwrite|no_da', '-p', passwordOf(home, id)];
  await orUnusable(run('tpm2_nvdefine', [index, '-C', 'o', '-s', String(partBytes), ...access]));
  await orUnusable(write(home, { id, index }, secret));
}

/** @throws DependencyError STATE_KEY_PART_MISSING */
export async function readTpmPart(home: string, { id, index }: TpmPart): Promise<Uint8Array> {
  const size = ['-s', String(partBytes)];
  try {
    const secret = await run('tpm2_nvread', [index, '-C', index, '-P', passwordOf(home, id), ...size]);
    if (secret.length === partBytes) return secret;
  } catch (cause) {
    throw new DependencyError('STATE_KEY_PART_MISSING', { part: 'tpm' }, { cause });
  }
  throw new DependencyError('STATE_KEY_PART_MISSING', { part: 'tpm' });
}

/**
 * Overwritten and removed; one that is not there is gone. An index that our password does not open is another's, and stays.
 * @throws DependencyError TPM_UNUSABLE, WARDEN_STORAGE_FAILED
 */
export async function removeTpmPart(
  engine: Pick<Engine, 'randomBytes'>,
  home: string,
  part: TpmPart,
): Promise<void> {
  // The password is durable before the index is made.
  if (!existsSync(join(home, passwordName(part.id)))) return;
  if ((await orUnusable(listIndexes())).has(Number(part.index))) {
    await orUnusable(write(home, part, engine.randomBytes(partBytes)));
    await orUnusable(run('tpm2_nvundefine', [part.index, '-C', 'o']));
  }
  await wipeFiles(home, [passwordName(part.id)]);
  await syncNames(home);
}

async function write(home: string, { id, index }: TpmPart, secret: Uint8Array): Promise<void> {
  await run('tpm2_nvwrite', [index, '-C', index, '-P', passwordOf(home, id), '-i', '-'], secret);
}

async function listIndexes(): Promise<ReadonlySet<number>> {
  const text = new TextDecoder().decode(await run('tpm2_getcap', ['handles-nv-index']));
  return new Set((text.match(/0x[0-9a-f]+/giu) ?? []).map(Number));
}

async function orUnusable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown }).code === 'ENOENT';
    throw new DependencyError('TPM_UNUSABLE', { reason: isMissing ? 'programs' : 'tpm' }, { cause });
  }
}

/** Runs a program; what it says in words is nobody's. */
async function run(
  program: string,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
): Promise<Uint8Array> {
  const limits = { timeout: programMsMax, maxBuffer: outputBytesMax };
  return await new Promise((resolve, reject) => {
    const child = execFile(program, args, { encoding: 'buffer', ...limits }, (error, stdout) => {
      const output = new Uint8Array(stdout);
      stdout.fill(0);
      if (error === null) resolve(output);
      else reject(error);
    });
    // One that ends before it has read says so by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
