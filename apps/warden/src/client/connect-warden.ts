/** The server's side of a link to the warden: one method for each operation. */
import { connectCalls } from './connect-calls.ts';
import type { ConnectOptions } from './connect-calls.ts';
import type { WardenAddress } from '../link/connect-link.ts';
import { wardenProtocol } from '../protocol/messages.ts';
import type {
  AnswerOf,
  AppendAnswer,
  AppendRequest,
  HeadsAnswer,
  HeadsRequest,
  HelloAnswer,
  IntakeAnswer,
  PrepareLedgerAnswer,
  PrepareLedgerRequest,
  PromoteAnswer,
  PromoteRequest,
  RequestOf,
  SealAnswer,
  SealRequest,
  SlotsAnswer,
  SlotsRequest,
  StatusAnswer,
  SweepAnswer,
  SweepRequest,
  TickAnswer,
  WardenOp,
} from '../protocol/messages.ts';

/** The warden, as the server calls it. Every method throws the StrongroomError the warden answered, or DependencyError WARDEN_UNREACHABLE. */
export interface WardenClient {
  hello(): Promise<HelloAnswer>;
  /** Makes a ledger's key and tree; the same answer for the same id. */
  prepareLedger(request: PrepareLedgerRequest): Promise<PrepareLedgerAnswer>;
  /** @throws ALREADY_APPENDED, LEDGER_FORKED, LEDGER_GAP, LEDGER_UNKNOWN, OFFICE_BEHIND, WARDEN_STORAGE_FAILED */
  append(request: AppendRequest): Promise<AppendAnswer>;
  /** @throws SLOTS_EXHAUSTED */
  takeSlots(request: SlotsRequest): Promise<SlotsAnswer>;
  getIntake(vault: string): Promise<IntakeAnswer>;
  seal(request: SealRequest): Promise<SealAnswer>;
  getHeads(request: HeadsRequest): Promise<HeadsAnswer>;
  tick(): Promise<TickAnswer>;
  sweep(request: SweepRequest): Promise<SweepAnswer>;
  getStatus(): Promise<StatusAnswer>;
  /** An operator says that the warden's clock is right; `timeMs` is what he read, within a minute of it. */
  confirmClock(timeMs: number): Promise<void>;
  /** A standby takes its warden's place. @throws STANDBY_UNFIT */
  promote(request: PromoteRequest): Promise<PromoteAnswer>;
  close(): Promise<void>;
}

/** A client of the warden at this address. Nothing is connected before the first call. */
export function connectWarden(address: WardenAddress, options: ConnectOptions = {}): WardenClient {
  const calls = connectCalls(address, options);
  const call = async <O extends WardenOp>(op: O, request: RequestOf<O>): Promise<AnswerOf<O>> =>
    (await calls.call(op, request)) as unknown as AnswerOf<O>;
  return {
    hello: () => call('hello', { protocol: wardenProtocol }),
    prepareLedger: (request) => call('prepare-ledger', request),
    append: (request) => call('append', request),
    takeSlots: (request) => call('slots', request),
    getIntake: (vault) => call('intake', { vault }),
    seal: (request) => call('seal', request),
    getHeads: (request) => call('heads', request),
    tick: () => call('tick', {}),
    sweep: (request) => call('sweep', request),
    getStatus: () => call('status', {}),
    async confirmClock(timeMs) {
      await call('confirm-clock', { timeMs });
    },
    promote: (request) => call('promote', request),
    close: () => calls.close(),
  };
}
