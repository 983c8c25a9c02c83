/** `settings.json` in the warden's home: what an operator may set. Unknown members are refused, so that a typo is not a default. */
import { disposalGraceMs } from '@strongroom/authority';
import { IntegrityError } from '@strongroom/core';
import { wardenLimits } from './limits.ts';
import { isPin, parseAddress } from './link/credentials.ts';

/** Where the standby is: a socket of this machine, or another machine with our credentials for it, a file in the home. */
export type StandbyWish =
  | { readonly socket: string }
  | { readonly address: string; readonly pin: string; readonly credentials: string };

/** Whether a warden answers a server, or keeps what another one does. */
export type WardenRole = 'active' | 'standby';

export type WardenSettings = {
  /** From the approval of a disposal to its destruction; never under the 72 hours that every reader of the ledger expects. */
  readonly graceMs: number;
  /** What a new home becomes. */
  readonly role: WardenRole;
  readonly standby: StandbyWish | undefined;
  /** Whether to go on while the standby is gone. */
  readonly continueAlone: boolean;
};

const hourMs = 3_600_000;
const members: readonly string[] = ['graceHours', 'role', 'standby', 'continueAlone'];

/** @throws IntegrityError WARDEN_STATE_CORRUPT */
export function parseSettings(text: string | undefined): WardenSettings {
  const value = readObject(text ?? '{}');
  if (!Object.keys(value).every((key) => members.includes(key))) throw corrupt();
  const { graceHours = disposalGraceMs / hourMs, role = 'active', standby, continueAlone = false } = value;
  const graceMs = typeof graceHours === 'number' ? graceHours * hourMs : Number.NaN;
  if (!Number.isSafeInteger(graceMs) || graceMs < disposalGraceMs || graceMs > wardenLimits.graceMsMax)
    throw corrupt();
  if (role !== 'active' && role !== 'standby') throw corrupt();
  if (typeof continueAlone !== 'boolean') throw corrupt();
  if (standby !== undefined && !isStandbyWish(standby)) throw corrupt();
  return { graceMs, role, standby, continueAlone };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw corrupt(cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt();
  return value as Record<string, unknown>;
}

function isStandbyWish(value: unknown): value is StandbyWish {
  if (typeof value !== 'object' || value === null) return false;
  const { socket, address, pin, credentials, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0) return false;
  if (socket !== undefined) return typeof socket === 'string' && address === undefined && pin === undefined;
  return (
    typeof address === 'string' &&
    parseAddress(address) !== undefined &&
    isPin(pin) &&
    typeof credentials === 'string'
  );
}

function corrupt(cause?: unknown): IntegrityError {
  return new IntegrityError(
    'WARDEN_STATE_CORRUPT',
    { file: 'settings' },
    cause === undefined ? {} : { cause },
  );
}
