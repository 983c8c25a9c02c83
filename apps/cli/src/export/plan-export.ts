/** What an export will open: the documents of every client this person is a member of, and what cannot be opened, named. */
import { IntegrityError } from '@strongroom/core';
import type { RecordId } from '@strongroom/core';
import type { ClientRow, Device, LineRow, RecordRow } from '@strongroom/device';
import { toPathName } from './archive-paths.ts';
import type { ExportedDocument, ExportIndex, LeftOut } from './export-index.ts';
import { isOfOneDocument } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import { waitForHour } from './wait-for-hour.ts';

const linesPerCall = 1_000;

/** A document to open, as far as it is known before. */
export type PlannedDocument = Omit<
  ExportedDocument,
  'path' | 'ledger' | 'sha256' | 'openedLine' | 'proofs' | 'record'
> & {
  readonly record: RecordId;
  readonly clientFolder: string;
  readonly isNewest: boolean;
  readonly modifiedAtMs?: number;
};

/** The whole. */
export interface ExportPlan {
  readonly clients: readonly ClientRow[];
  readonly documents: readonly PlannedDocument[];
  readonly destroyed: ExportIndex['destroyed'];
}

/** Plans an export; `leftOut` hears of clients whose documents cannot be listed. */
export async function planExport(options: ExportOptions, leftOut: LeftOut[]): Promise<ExportPlan> {
  const { device } = options;
  const all = options.client === undefined ? await device.clients.list() : [options.client];
  const clients: ClientRow[] = [];
  const documents: PlannedDocument[] = [];
  const destroyed: ExportIndex['destroyed'][number][] = [];
  for (const client of all.toSorted((left, right) => (left.code < right.code ? -1 : 1))) {
    options.signal.throwIfAborted();
    if (client.mine === undefined) {
      leftOut.push({ client: client.code, code: 'NOT_A_MEMBER' });
      continue;
    }
    clients.push(client);
    let rows: readonly RecordRow[];
    let refusal: string | undefined;
    try {
      rows = await waitForHour(options, async () => await device.records.list({ room: client.room }));
    } catch (cause) {
      if (!isOfOneDocument(cause)) throw cause;
      rows = await device.records.list({ room: client.room, refresh: false });
      leftOut.push({ client: client.code, code: cause.code });
      // Behind one card that is not what was signed others are good: they are tried one by one.
      if (!(cause instanceof IntegrityError)) refusal = cause.code;
    }
    const written = await readWritten(device, client);
    const known = new Set(rows.map(({ record }) => record));
    for (const row of rows) {
      const { record, destroyedAtMs, disposal } = row;
      if (row.state === 'destroyed')
        destroyed.push({
          client: client.code,
          record,
          ...(destroyedAtMs === undefined ? {} : { atMs: destroyedAtMs }),
          ...(disposal === undefined ? {} : { disposal: disposal.disposal }),
        });
      else documents.push(...(await planRecord(options, { client, row, written })));
    }
    for (const [record, lines] of written) {
      if (known.has(record)) continue;
      if (refusal === undefined) documents.push(planUnlisted(client, record, lines));
      else leftOut.push({ client: client.code, record, code: refusal });
    }
  }
  return { clients, documents, destroyed };
}

/** The lines that wrote each document of a room, oldest first: what there is, whatever can be listed. */
async function readWritten(device: Device, client: ClientRow): Promise<Map<RecordId, LineRow[]>> {
  const found = new Map<RecordId, LineRow[]>();
  let before: number | undefined;
  do {
    const page = await device.ledger.page({
      ledger: client.vault,
      room: client.room,
      kinds: ['written'],
      count: linesPerCall,
      ...(before === undefined ? {} : { before }),
    });
    for (const line of page.lines) {
      const [record] = line.records;
      if (record === undefined || line.isVoid === true || line.facts['kind'] !== 'document') continue;
      found.set(record, [line, ...(found.get(record) ?? [])]);
    }
    ({ before } = page);
  } while (before !== undefined);
  return found;
}

async function planRecord(
  { device, hasAllVersions }: ExportOptions,
  of: {
    readonly client: ClientRow;
    readonly row: RecordRow;
    readonly written: ReadonlyMap<RecordId, readonly LineRow[]>;
  },
): Promise<PlannedDocument[]> {
  const { client, row, written } = of;
  const lineOf = (version: number): number | undefined =>
    written.get(row.record)?.find(({ facts }) => facts['version'] === version)?.index;
  const newestLine = lineOf(row.version);
  const newest: PlannedDocument = {
    client: client.code,
    clientFolder: folderOf(client),
    record: row.record,
    version: row.version,
    newest: row.version,
    isNewest: true,
    name: row.name,
    folder: row.folder,
    type: row.type,
    sizeBytes: row.sizeBytes,
    author: row.author,
    ...(row.authorName === undefined ? {} : { authorName: row.authorName }),
    writtenAtMs: row.writtenAtMs,
    modifiedAtMs: row.modifiedAtMs,
    class: row.class,
    labels: row.labels,
    isOnHold: row.isOnHold,
    ...(newestLine === undefined ? {} : { writtenLine: newestLine }),
  };
  if (!hasAllVersions || row.versions < 2) return [newest];
  const history = await device.records.history({ record: row.record });
  return [
    newest,
    ...history
      // A version that changed the card alone has the content of the one before.
      .filter(({ version, hasBody, state }) => version !== row.version && hasBody && state === 'present')
      .map((each): PlannedDocument => {
        const { authorName: _, writtenLine: __, ...rest } = newest;
        return {
          ...rest,
          version: each.version,
          isNewest: false,
          name: each.name ?? row.name,
          folder: each.folder ?? row.folder,
          sizeBytes: each.sizeBytes ?? row.sizeBytes,
          author: each.author,
          ...(each.authorName === undefined ? {} : { authorName: each.authorName }),
          writtenAtMs: each.writtenAtMs,
          modifiedAtMs: each.writtenAtMs,
          class: each.class,
          writtenLine: each.line.index,
        };
      }),
  ];
}

/** A document that a line wrote and no list shows: it is tried, and named if it does not open. */
function planUnlisted(client: ClientRow, record: RecordId, lines: readonly LineRow[]): PlannedDocument {
  const last = lines.at(-1);
  const version = Number(last?.facts['version'] ?? 1);
  return {
    client: client.code,
    clientFolder: folderOf(client),
    record,
    version,
    newest: version,
    isNewest: true,
    name: '',
    folder: [],
    type: '',
    sizeBytes: 0,
    author: last?.person ?? '',
    labels: {},
    isOnHold: false,
    ...(last === undefined ? {} : { writtenAtMs: last.atMs, writtenLine: last.index }),
  };
}

function folderOf({ code, name }: ClientRow): string {
  return toPathName(name === undefined ? code : `${code} ${name}`, code);
}
