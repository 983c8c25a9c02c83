/** What an export is told, and which refusals stop it. */
import { StrongroomError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { ClientRow, Clock, Device, OnProgress, Purpose } from '@strongroom/device';
import type { Output } from '../output/output.ts';
import type { ExportJournal } from './export-journal.ts';

/** A volume ends behind the document that brings it here. */
export const volumeBytesDefault = 512 * 2 ** 20;

/** What to take, and where to. */
export interface ExportOptions {
  readonly device: Device;
  readonly engine: Engine;
  readonly output: Pick<Output, 't' | 'texts' | 'say'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly folder: string;
  readonly journal: ExportJournal;
  readonly recipients: readonly string[];
  /** One client; otherwise all. */
  readonly client?: ClientRow;
  readonly hasAllVersions: boolean;
  readonly purpose: Purpose;
  readonly reason?: string;
  /** The verifier's page; undefined where it cannot be made. */
  readonly readVerifierPage: () => Promise<Uint8Array | undefined>;
  readonly volumeBytes?: number;
  readonly onProgress?: OnProgress;
  /** The ceiling of the hour is reached: the export goes on at this time. */
  readonly onWait?: (untilMs: number) => void;
}

/** Refusals that are about one document, and stop no other. */
const ofOneDocument: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'CLASS_REFUSED',
  'ENTRY_REFUSED',
  'NOT_A_MEMBER',
  'NOT_FOUND',
  'RECORD_DESTROYED',
  'RECORD_REFUSED',
  'RELEASE_REJECTED',
  'ROOM_FROZEN',
  'SLOT_PUNCTURED',
  'SLOT_UNKNOWN',
  'VERSION_WENT_BACK',
  'WALLED_OFF',
]);

/** Whether a failure is about one document alone. */
export function isOfOneDocument(cause: unknown): cause is StrongroomError {
  return cause instanceof StrongroomError && ofOneDocument.has(cause.code);
}
