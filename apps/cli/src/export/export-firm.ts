/**
 * Takes everything that a device may read out of Strongroom (docs/spec/export.md). Every document is an ordinary opening with its
 * line; what is not opened is named; a break costs at most the volume that was under way.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AccessError, ConflictError, encodeHex, encodeUtf8, InputError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { nameSubject } from '../subject.ts';
import { createEncrypter, startVolume } from './age-volume.ts';
import type { FinishedVolume, Volume } from './age-volume.ts';
import { ArchivePaths, toPathName } from './archive-paths.ts';
import { formatIndex } from './export-index.ts';
import type { ExportedDocument, ExportIndex, LeftOut } from './export-index.ts';
import type { ExportNotes } from './export-journal.ts';
import { isOfOneDocument, volumeBytesDefault } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import { planExport } from './plan-export.ts';
import type { PlannedDocument } from './plan-export.ts';
import { createSpool } from './sealed-spool.ts';
import { waitForHour } from './wait-for-hour.ts';

/** What was taken. */
export interface ExportReport {
  readonly volumes: readonly FinishedVolume[];
  readonly index: ExportIndex;
  /** Documents that an earlier run had already brought. */
  readonly alreadyThere: number;
}

/** @throws what the device refuses that is not about one document; ConflictError TARGET_EXISTS; DependencyError DISK_FULL, FILE_UNWRITABLE */
export async function exportFirm(options: ExportOptions): Promise<ExportReport> {
  const { engine, folder, journal, recipients, signal } = options;
  const encrypter = createEncrypter(recipients);
  const notes = await journal.read();
  await assertFolder(options, notes);
  if (notes === undefined) await journal.write({ format: 1, recipients, volumes: [], documents: [] });
  const volumes: FinishedVolume[] = [...(notes?.volumes ?? [])];
  const documents: ExportedDocument[] = [...(notes?.documents ?? [])];
  const alreadyThere = documents.length;
  const leftOut: LeftOut[] = [];
  const plan = await planExport(options, leftOut);
  const done = new Set(documents.map(nameVersion));
  const todo = plan.documents.filter((one) => !done.has(nameVersion(one)));
  const progress = countProgress(options, todo);
  const paths = new ArchivePaths(documents.map(({ path }) => path));

  let volume: Volume | undefined;
  let waiting: ExportedDocument[] = [];
  const begin = async (): Promise<Volume> => {
    const token = encodeHex(engine.randomBytes(8));
    volume ??= await startVolume({ folder, token, encrypter });
    return volume;
  };
  const finish = async (): Promise<void> => {
    if (volume === undefined) return;
    volumes.push(await volume.finish(nameVolume(volumes.length + 1)));
    documents.push(...waiting);
    [volume, waiting] = [undefined, []];
    await journal.write({ format: 1, recipients, volumes, documents });
  };

  try {
    for (const planned of todo) {
      signal.throwIfAborted();
      try {
        const into = await begin();
        waiting.push(await bringDocument(options, { planned, into, paths, onBytes: progress.add }));
      } catch (cause) {
        if (!isOfOneDocument(cause)) throw cause;
        progress.add(planned.sizeBytes);
        const { client, record, version, name } = planned;
        leftOut.push({ client, record, version, ...(name === '' ? {} : { name }), code: cause.code });
      }
      if ((volume?.sizeBytes ?? 0) >= (options.volumeBytes ?? volumeBytesDefault)) await finish();
    }
    const into = await begin();
    const index = await bringRest(options, { into, plan, leftOut, documents: [...documents, ...waiting] });
    await finish();
    return { volumes, index, alreadyThere };
  } catch (cause) {
    // What was opened is not opened twice where that can be helped. A volume that cannot be written is given up.
    if (waiting.length > 0) await finish().catch(() => undefined);
    throw cause;
  } finally {
    await volume?.abort();
  }
}

function nameVolume(number: number): string {
  return `strongroom-export-${String(number).padStart(4, '0')}.tar.age`;
}

/**
 * Before anything is opened: the folder has the volumes that the journal knows and no others, for the same recipients.
 * @throws ConflictError TARGET_EXISTS; InputError FILE_UNREADABLE, INPUT_INVALID
 */
async function assertFolder(
  { folder, recipients }: ExportOptions,
  notes: ExportNotes | undefined,
): Promise<void> {
  const known = notes?.volumes ?? [];
  for (const { name, sizeBytes } of known) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== sizeBytes) throw nameSubject(new InputError('FILE_UNREADABLE'), join(folder, name));
  }
  const isSame =
    notes === undefined || notes.recipients.toSorted().join(' ') === recipients.toSorted().join(' ');
  if (!isSame) throw new InputError('INPUT_INVALID', { name: '--recipient' });
  const next = join(folder, nameVolume(known.length + 1));
  if ((await stat(next).catch(() => undefined)) !== undefined)
    throw nameSubject(new ConflictError('TARGET_EXISTS'), next);
  for (const name of await readdir(folder))
    if (/^\.strongroom-[0-9a-f]+\.part$/u.test(name)) await rm(join(folder, name));
}

function nameVersion({ record, version }: { readonly record: string; readonly version: number }): string {
  return `${record}/${version}`;
}

function countProgress(
  { onProgress }: ExportOptions,
  todo: readonly PlannedDocument[],
): { readonly add: (bytes: number) => void } {
  const totalBytes = todo.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  return {
    add: (bytes) => {
      doneBytes = Math.min(totalBytes, doneBytes + bytes);
      onProgress?.({ doneBytes, totalBytes });
    },
  };
}

/** Opens a document into the volume, with the proofs of the line that wrote it and of the one that opened it. */
async function bringDocument(
  options: ExportOptions,
  to: {
    readonly planned: PlannedDocument;
    readonly into: Volume;
    readonly paths: ArchivePaths;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<ExportedDocument> {
  const { device, engine, folder, purpose, reason } = options;
  const { planned, into, paths, onBytes } = to;
  const token = encodeHex(engine.randomBytes(8));
  const expectedBytes = planned.name === '' ? Infinity : planned.sizeBytes;
  const spool = await createSpool({ engine, folder, token, expectedBytes });
  try {
    const opened = await waitForHour(options, async () => {
      return await device.records.open({
        record: planned.record,
        ...(planned.isNewest ? {} : { version: planned.version }),
        sink: spool,
        purpose,
        ...(reason === undefined ? {} : { reason }),
      });
    });
    const { ledger } = opened.line;
    const proofs = new Map<number, readonly [kind: string, text: string]>([
      [opened.line.index, ['released', opened.receipt]],
    ]);
    if (planned.writtenLine !== undefined) {
      const { proof } = await device.ledger.receipt({ ledger, index: planned.writtenLine });
      proofs.set(planned.writtenLine, ['written', proof]);
    }
    const path = paths.take(
      ['clients', planned.clientFolder, ...planned.folder.map((name) => toPathName(name, '_'))],
      nameOf(planned, toPathName(opened.name, planned.record)),
    );
    const modifiedAtMs = planned.modifiedAtMs ?? options.clock.nowMs();
    await into.add({ path, sizeBytes: spool.sizeBytes, modifiedAtMs }, spool.read());
    const proofPaths: string[] = [];
    for (const [index, [kind, text]] of proofs) {
      const proofPath = `proofs/${ledger}/line-${index}-${kind}.tlog-proof`;
      await addText(into, proofPath, text, options.clock.nowMs());
      proofPaths.push(proofPath);
    }
    onBytes(planned.sizeBytes);
    const { clientFolder: _, isNewest: __, modifiedAtMs: ___, ...facts } = planned;
    return {
      ...facts,
      path,
      ledger,
      name: opened.name,
      type: opened.type,
      version: opened.version,
      sizeBytes: spool.sizeBytes,
      sha256: spool.sha256,
      author: opened.author,
      openedLine: opened.line.index,
      proofs: proofPaths.toSorted(),
    };
  } finally {
    await spool.close();
  }
}

function nameOf({ isNewest, version }: PlannedDocument, name: string): string {
  if (isNewest) return name;
  const dot = name.lastIndexOf('.');
  return dot > 0
    ? `${name.slice(0, dot)} (version ${version})${name.slice(dot)}`
    : `${name} (version ${version})`;
}

/** Ledgers, certificates, the verifier and the index: what is the same for all documents, in the last volume. */
async function bringRest(
  options: ExportOptions,
  to: {
    readonly into: Volume;
    readonly plan: Awaited<ReturnType<typeof planExport>>;
    readonly leftOut: LeftOut[];
    readonly documents: readonly ExportedDocument[];
  },
): Promise<ExportIndex> {
  const { device, output, clock, client } = options;
  const { into, plan, leftOut, documents } = to;
  const madeAtMs = clock.nowMs();
  const vaults = new Set<VaultId>(plan.clients.map(({ vault }) => vault));
  const ledgers: { ledger: string; path: string; size: number }[] = [];
  for (const ledger of [officeId, ...vaults]) {
    const path = `ledgers/${ledger === officeId ? 'office' : ledger}`;
    try {
      const { size } = await device.ledger.exportTo({
        ledger,
        write: async (name, bytes) => await addBytes(into, `${path}/${name}`, bytes, madeAtMs),
      });
      ledgers.push({ ledger, path, size });
    } catch (cause) {
      // Bundles are auditors' to read. What others may not read whole is named.
      if (!(cause instanceof AccessError)) throw cause;
      leftOut.push({ ledger, code: cause.code });
    }
  }
  const rooms = new Set(plan.clients.map(({ room }) => room));
  const certificates: string[] = [];
  for (const { disposal, state, room } of await device.disposals.list()) {
    if (state !== 'destroyed' || (client !== undefined && !rooms.has(room))) continue;
    const { json } = await device.disposals.certificate({ disposal });
    const path = `certificates/${disposal}.json`;
    await addText(into, path, json, madeAtMs);
    certificates.push(path);
  }
  const page = await options.readVerifierPage();
  if (page !== undefined) await addBytes(into, 'verifier.html', page, madeAtMs);
  const people = await device.people.list();
  const { firm, name, root } = await device.firm.describe();
  const index: ExportIndex = {
    format: 1,
    madeAtMs,
    firm: { id: firm, name, root },
    by: people.find(({ isMe }) => isMe)?.name ?? device.me.person,
    purpose: options.purpose,
    clients: plan.clients.map((row) => ({
      code: row.code,
      ...(row.name === undefined ? {} : { name: row.name }),
      aliases: row.aliases,
      countries: row.countries,
      class: row.class,
    })),
    people: people.map((row) => ({
      person: row.person,
      ...(row.name === undefined ? {} : { name: row.name }),
      roles: row.roles,
    })),
    documents: documents.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
    destroyed: plan.destroyed,
    leftOut,
    ledgers,
    certificates,
  };
  for (const [path, bytes] of formatIndex(output, index)) await addBytes(into, path, bytes, madeAtMs);
  return index;
}

async function addText(into: Volume, path: string, text: string, modifiedAtMs: number): Promise<void> {
  await addBytes(into, path, encodeUtf8(text), modifiedAtMs);
}

async function addBytes(into: Volume, path: string, bytes: Uint8Array, modifiedAtMs: number): Promise<void> {
  await into.add({ path, sizeBytes: bytes.length, modifiedAtMs }, [bytes]);
}
