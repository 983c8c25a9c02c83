/**
 * Checks receipts and certificates that lie in files, as the verifier's page does and with its rules: one file, or a folder with whatever
 * belongs to it (exported ledgers, a trust file). What a file holds never throws: it is a finding.
 */
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { InputError, decodeUtf8 } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { checkEvidence } from '@strongroom/verifier';
import type { Finding, PickedFile } from '@strongroom/verifier';
import { nameSubject } from '../subject.ts';

/** What a path holds to be checked. */
export interface FoundFiles {
  /** A folder with the office's ledger in it. */
  readonly hasLedgers: boolean;
  /** Files that are in no folder of a ledger. */
  readonly hasLooseFiles: boolean;
}

/** Looks at a path. @throws InputError FILE_UNREADABLE */
export async function lookAtFiles(path: string): Promise<FoundFiles> {
  try {
    if (!(await stat(path)).isDirectory()) return { hasLedgers: false, hasLooseFiles: true };
    const entries = await readdir(path, { withFileTypes: true });
    return {
      hasLedgers: entries.some((entry) => entry.isDirectory() && entry.name === 'office'),
      hasLooseFiles: entries.some((entry) => entry.isFile()),
    };
  } catch (error) {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), path);
  }
}

/** Checks everything at a path, by a root or a policy or what lies beside it. @throws InputError FILE_UNREADABLE */
export async function verifyFiles(options: {
  readonly path: string;
  readonly policyPath?: string;
  readonly root?: string;
}): Promise<readonly Finding[]> {
  const { path, policyPath, root } = options;
  const policy = policyPath === undefined ? undefined : decodeUtf8(await getFile(policyPath));
  return await checkEvidence(createNodeEngine(), await pickFiles(path), {
    ...(policy === undefined ? {} : { policy }),
    ...(root === undefined ? {} : { root }),
  });
}

/** Whether a finding proves something, by a signature that was checked. */
export function isProof(finding: Finding): boolean {
  if (finding.kind === 'ledger') return finding.disagreements.length === 0;
  return finding.kind === 'receipt' || finding.kind === 'certificate';
}

/** A receipt alone may have its line in a file beside it. */
async function pickFiles(path: string): Promise<readonly PickedFile[]> {
  const isFolder = (await stat(path)).isDirectory();
  const entry = `${path.replace(/\.tlog-proof$/u, '')}.entry`;
  const paths = isFolder
    ? (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name))
    : [path, ...((await isThere(entry)) ? [entry] : [])];
  return paths.map((each) => ({
    path: isFolder ? relative(path, each).split(sep).join('/') : basename(each),
    read: async () => await getFile(each),
  }));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function getFile(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), path);
  }
}
