/** What the keeper of the session is given, and what it gives. Types only. */
import type { Device, DeviceEnvironment } from '@strongroom/device';
import type { LockReason, SessionState } from '../../keys/contract.ts';
import type { WorkerClock } from '../context-clock.ts';
import type { Tickets } from './tickets.ts';

/** What is kept beside the device, sealed so that only this browser reads it: shown on the locked screen. */
export interface KeptFacts {
  readonly personName?: string;
  readonly firmName?: string;
  readonly idleLimitMs?: number;
  /** Why this browser locked last; nothing while it is unlocked. */
  readonly lockedFor?: LockReason;
}

/** What the keeper is given. */
export interface KeeperParts {
  readonly environment: DeviceEnvironment;
  readonly clock: WorkerClock;
  readonly tickets: Tickets;
  /** Whether the server has a firm; throws while it is out of reach. */
  readonly findFirm: () => Promise<boolean>;
  readonly readFacts: () => Promise<KeptFacts>;
  readonly writeFacts: (facts: KeptFacts) => Promise<void>;
  /** Removes everything of this browser. */
  readonly eraseAll: () => Promise<void>;
  readonly onState: (state: SessionState) => void;
  /** A ticket for the pages; empty: they forget theirs. */
  readonly onTicket: (ticket: Uint8Array) => void;
  /** Work begins with an opened device, and ends before it is closed. */
  readonly onOpened: (open: OpenSession) => void;
  readonly onClosing: () => void;
}

/** An unlocked browser's device. */
export interface OpenSession {
  readonly device: Device;
  /** Ends with the session. */
  readonly environment: DeviceEnvironment;
  readonly deviceFileKey: Uint8Array;
}
