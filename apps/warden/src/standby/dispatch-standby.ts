/** Reads the requests of a standby's warden out of decoded frames, and runs them. */
import { AccessError, InputError, isBytes, isId } from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import { readNumber, readPromote, readVault } from '../protocol/read-request.ts';
import type { WardenOp } from '../protocol/messages.ts';
import type { LedgerRequest, StandbyOp } from './messages.ts';
import type { Standby } from './standby.ts';

/** @throws AccessError WARDEN_IS_STANDBY for what a server asks */
export async function runStandbyOp(
  standby: Standby,
  op: WardenOp | StandbyOp,
  frame: CborMap,
): Promise<object> {
  switch (op) {
    case 'hello':
      return standby.hello(readNumber(frame, 'protocol'));
    case 'status':
      return standby.status();
    case 'promote':
      return await standby.promote(readPromote(frame));
    case 'standby-join':
      return await standby.join();
    case 'standby-tables': {
      const bytes = readBytes(frame['bytes'], 'bytes');
      await standby.takeTables({
        session: readSession(frame),
        offset: readNumber(frame, 'offset'),
        bytes,
        isLast: frame['isLast'] === true,
      });
      return {};
    }
    case 'standby-ledger': {
      const { firm } = frame;
      if (!isId('frm', firm)) throw invalid('firm');
      await standby.takeLedger({
        session: readSession(frame),
        ledger: readVault(frame, 'ledger'),
        firm,
        pages: readList(frame, 'pages').map(readPage),
        isLast: frame['isLast'] === true,
      });
      return {};
    }
    case 'standby-records': {
      const records = readList(frame, 'records').map((record) => readBytes(record, 'records'));
      const from = readNumber(frame, 'from');
      return await standby.takeRecords({ session: readSession(frame), from, records });
    }
    case 'standby-puncture': {
      const { name } = frame;
      if (typeof name !== 'string') throw invalid('name');
      return await standby.puncture({
        session: readSession(frame),
        ledger: readVault(frame, 'ledger'),
        name,
        ranges: readList(frame, 'ranges').map(readRange),
      });
    }
    default:
      throw new AccessError('WARDEN_IS_STANDBY');
  }
}

function readSession(frame: CborMap): Uint8Array {
  return readBytes(frame['session'], 'session');
}

function readPage(value: CborValue): LedgerRequest['pages'][number] {
  if (!Array.isArray(value)) throw invalid('pages');
  const [number, bytes] = value as CborValue[];
  if (typeof number !== 'number') throw invalid('pages');
  return [number, readBytes(bytes, 'pages')];
}

function readRange(value: CborValue): { readonly first: number; readonly last: number } {
  const { first, last } = (typeof value === 'object' && value !== null ? value : {}) as CborMap;
  if (typeof first !== 'number' || typeof last !== 'number') throw invalid('ranges');
  return { first, last };
}

function readBytes(value: CborValue | undefined, name: string): Uint8Array {
  if (!isBytes(value)) throw invalid(name);
  return value;
}

function readList(frame: CborMap, name: string): readonly CborValue[] {
  const value = frame[name];
  if (!Array.isArray(value)) throw invalid(name);
  return value;
}

function invalid(name: string): InputError {
  return new InputError('INPUT_INVALID', { name });
}
