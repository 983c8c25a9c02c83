/**
 * Whole logs in the layout of tlog-tiles, as Tessera's test log is one: `checkpoint` or `checkpoint.<size>` beside `tile/...`. Each checkpoint
 * is verified by the vkeys that lie in the same folder set, and its log from the entries up.
 */
import { createNodeEngine } from '@strongroom/core/node';
import { parseCheckpoint, parseNote, parseTilePath, verifyExportedLog } from '@strongroom/ledger';
import type { VectorFile, VectorFormat } from './format.ts';
import { findNoteKey } from './signed-notes.ts';

const engine = createNodeEngine();
const checkpointPath = /(?:^|\/)checkpoint(?:\.\d+)?$/;
/** What Tessera keeps beside its log; nothing of it is published. */
const statePath = /(?:^|\/)\.state\/treeState$/;

export const tiledLogFormat: VectorFormat = {
  name: 'tiled logs',
  recognise: (file) => isTile(file) || statePath.test(file.path) || isCheckpoint(file),
  async run(file, all) {
    if (!isCheckpoint(file)) return undefined;
    const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
    const keys = [...all.values()].map(findNoteKey).filter((key) => key !== undefined);
    const policy = { logs: keys.map((key) => ({ key })), witnesses: [], groups: [], quorum: 'none' };
    try {
      await verifyExportedLog(engine, {
        policy,
        readFile: async (path) => (path === 'checkpoint' ? file : all.get(`${folder}${path}`))?.bytes,
      });
      return { passed: 1, skipped: 0, failures: [] };
    } catch (error) {
      return { passed: 0, skipped: 0, failures: [describe(error)] };
    }
  },
};

function isTile(file: VectorFile): boolean {
  const place = file.path.lastIndexOf('tile/');
  if (place < 0 || (place > 0 && file.path[place - 1] !== '/')) return false;
  try {
    parseTilePath(file.path.slice(place));
    return true;
  } catch {
    // Not the path of a tile: some other format may own the file.
    return false;
  }
}

function isCheckpoint(file: VectorFile): boolean {
  if (!checkpointPath.test(file.path)) return false;
  try {
    parseCheckpoint(parseNote(file.bytes).text);
    return true;
  } catch {
    // Not a checkpoint: some other format may own the file.
    return false;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'refused';
  const details = 'details' in error ? ` ${JSON.stringify(error.details)}` : '';
  return `${error.message}${details}`;
}
