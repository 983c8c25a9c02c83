import type { HandlersOf } from '../../handler.ts';
import { getAttachment } from './get-attachment.ts';
import {
  exportLedger,
  getCheckpoint,
  getConsistency,
  getInclusion,
  getLines,
  getTimeStamps,
  getWitnesses,
  readEntries,
} from './read-ledger.ts';

export { readChains } from './read-chains.ts';
export { confirm, getLedger, makeReceipt, proveConsistency, readHeads } from './receipts.ts';
export const ledgerHandlers: HandlersOf<
  | 'getAttachment'
  | 'getCheckpoint'
  | 'getInclusion'
  | 'getConsistency'
  | 'getLines'
  | 'exportLedger'
  | 'getTimeStamps'
  | 'getWitnesses'
  | 'readEntries'
> = {
  getAttachment,
  getCheckpoint,
  getInclusion,
  getConsistency,
  getLines,
  exportLedger,
  getTimeStamps,
  getWitnesses,
  readEntries,
};
