/** Reads the requests of the socket out of decoded frames. The peer is not trusted: every field is looked at. */
import { proofHashesMax } from '@strongroom/ledger';
import { InputError, LimitError, isBytes, isId } from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';
import type {
  AppendItem,
  AppendRequest,
  CosignedNote,
  HeadsRequest,
  ListRow,
  PrepareLedgerRequest,
  PromoteRequest,
  SealItem,
  SealRequest,
  SlotsRequest,
  SweepItem,
  SweepRequest,
} from './messages.ts';
import { isCborMap } from './frames.ts';

const parts: readonly string[] = ['card', 'body', 'cache'];
const chainsMax = 10_000;
const wrapsMax = 20_000;

/** @throws InputError INPUT_INVALID */
export function readPrepareLedger(frame: CborMap): PrepareLedgerRequest {
  const ledger = readVault(frame, 'ledger');
  if (frame['firm'] === undefined) return { ledger };
  return { ledger, firm: readText(frame, 'firm'), isAnew: frame['isAnew'] === true };
}

/** @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED */
export function readAppend(frame: CborMap): AppendRequest {
  return {
    ledger: readVault(frame, 'ledger'),
    from: readNumber(frame, 'from'),
    items: readMaps(frame, 'items', wardenLimits.appendItemsMax).map(readItem),
    ...(frame['heads'] === undefined ? {} : { heads: readChainSets(frame['heads']) }),
    ...(frame['witnessed'] === undefined ? {} : { witnessed: readCosigned(frame['witnessed']) }),
  };
}

function readCosigned(value: CborValue): CosignedNote {
  if (!isCborMap(value)) throw invalid('witnessed');
  const proof = readList(value, 'proof', proofHashesMax).map((hash) => readBytes(hash, 'witnessed'));
  return { note: readText(value, 'note'), proof };
}

/** @throws InputError INPUT_INVALID */
export function readSlots(frame: CborMap): SlotsRequest {
  const room = frame['room'];
  if (!isId('rom', room)) throw invalid('room');
  return {
    vault: readVault(frame, 'vault'),
    room,
    hour: readNumber(frame, 'hour'),
    count: readNumber(frame, 'count'),
  };
}

/** @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED */
export function readSeal(frame: CborMap): SealRequest {
  const items = readMaps(frame, 'items', wardenLimits.sealItemsMax).map((item): SealItem => {
    const part = readText(item, 'part');
    const { record, room } = item;
    if (!parts.includes(part)) throw invalid('part');
    if (!isId('rec', record)) throw invalid('record');
    if (!isId('rom', room)) throw invalid('room');
    return {
      slot: readNumber(item, 'slot'),
      record,
      version: readNumber(item, 'version'),
      part,
      room,
      wrapContextHash: readBytes(item['wrapContextHash'], 'wrapContextHash'),
      box: readBytes(item['box'], 'box'),
    };
  });
  return { vault: readVault(frame, 'vault'), items };
}

/** @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED */
export function readHeads(frame: CborMap): HeadsRequest {
  return { ledger: readVault(frame, 'ledger'), chains: readChains(frame['chains'], 'chains') };
}

function readChains(value: CborValue | undefined, name: string): string[] {
  return readList({ [name]: value ?? null }, name, chainsMax).map((chain) => {
    if (chain !== 'firm' && !isId('per', chain) && !isId('rom', chain)) throw invalid(name);
    return chain;
  });
}

/** The limit is that of all sets together. */
function readChainSets(value: CborValue): string[][] {
  const sets = readList({ heads: value }, 'heads', wardenLimits.appendItemsMax).map((set) =>
    readChains(set, 'heads'),
  );
  if (sets.reduce((sum, { length }) => sum + length, 0) > chainsMax)
    throw new LimitError('LIMIT_EXCEEDED', { name: 'heads', max: chainsMax });
  return sets;
}

/** @throws InputError INPUT_INVALID */
export function readVault(frame: CborMap, name: string): string {
  const value = frame[name];
  if (!isId('vlt', value)) throw invalid(name);
  return value;
}

/** A non-negative safe integer. @throws InputError INPUT_INVALID */
export function readNumber(frame: CborMap, name: string): number {
  const value = frame[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(name);
  return value;
}

/** @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED */
export function readSweep(frame: CborMap): SweepRequest {
  const items = readList(frame, 'items', wardenLimits.appendItemsMax).map((value): SweepItem => {
    if (!Array.isArray(value) || value.length !== 5) throw invalid('items');
    const [room, record, version, part, slot] = value as readonly CborValue[];
    if (!isId('rom', room) || !isId('rec', record)) throw invalid('items');
    if (typeof version !== 'number' || typeof slot !== 'number') throw invalid('items');
    if (part !== 'card' && part !== 'body') throw invalid('items');
    return [room, record, version, part, slot];
  });
  return { vault: readVault(frame, 'vault'), items };
}

/** @throws InputError INPUT_INVALID */
export function readPromote(frame: CborMap): PromoteRequest {
  return {
    body: readBytes(frame['body'], 'body'),
    signer: readText(frame, 'signer'),
    signature: readBytes(frame['signature'], 'signature'),
    voids: readMaps(frame, 'voids', wardenLimits.appendItemsMax).map((row) => ({
      ledger: readVault(row, 'ledger'),
      indexes: readList(row, 'indexes', wrapsMax).map((index) => {
        if (!Number.isSafeInteger(index) || (index as number) < 0) throw invalid('indexes');
        return index as number;
      }),
    })),
  };
}

function readItem(item: CborMap): AppendItem {
  return {
    entry: readBytes(item['entry'], 'entry'),
    ...(item['payload'] === undefined ? {} : { payload: readBytes(item['payload'], 'payload') }),
    ...(item['wraps'] === undefined ? {} : { wraps: readByteList(item, 'wraps') }),
    ...(item['sealed'] === undefined ? {} : { sealed: readByteList(item, 'sealed') }),
    ...(item['rows'] === undefined ? {} : { rows: readList(item, 'rows', wrapsMax).map(readRow) }),
  };
}

function readRow(value: CborValue): ListRow {
  if (!Array.isArray(value) || value.length !== 4) throw invalid('rows');
  const [record, version, slot, hash] = value as readonly CborValue[];
  if (!isId('rec', record) || typeof version !== 'number' || typeof slot !== 'number') throw invalid('rows');
  return [record, version, slot, readBytes(hash, 'rows')];
}

function readByteList(frame: CborMap, name: string): Uint8Array[] {
  return readList(frame, name, wrapsMax).map((value) => readBytes(value, name));
}

function readMaps(frame: CborMap, name: string, max: number): CborMap[] {
  return readList(frame, name, max).map((value) => {
    if (!isCborMap(value)) throw invalid(name);
    return value;
  });
}

function readList(frame: CborMap, name: string, max: number): readonly CborValue[] {
  const value = frame[name];
  if (!Array.isArray(value)) throw invalid(name);
  if (value.length > max) throw new LimitError('LIMIT_EXCEEDED', { name, max });
  return value as readonly CborValue[];
}

function readText(frame: CborMap, name: string): string {
  const value = frame[name];
  if (typeof value !== 'string') throw invalid(name);
  return value;
}

function readBytes(value: CborValue | undefined, name: string): Uint8Array {
  if (!isBytes(value)) throw invalid(name);
  return value;
}

function invalid(name: string): InputError {
  return new InputError('INPUT_INVALID', { name });
}
