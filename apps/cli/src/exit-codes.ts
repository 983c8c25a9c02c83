/** Exit codes, a promise to scripts: documented in `strongroom --help` and docs/guide. */
import { errorClassOf } from '@strongroom/core';
import type { ErrorCode } from '@strongroom/core';

/** What a process of ours ends with. */
export const exitCodes = {
  ok: 0,
  /** Refused by a rule, or failed. */
  refused: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** The device is locked, or the session is over: run `strongroom unlock`. */
  locked: 3,
  /** The server, or its warden, cannot be reached. */
  unreachable: 4,
  /** Something that claims to be ours is not what was signed or promised. Stop and look. */
  integrity: 5,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const ofCode: Partial<Record<ErrorCode, ExitCode>> = {
  USAGE_INVALID: exitCodes.usage,
  INPUT_MISSING: exitCodes.usage,
  LANGUAGE_UNKNOWN: exitCodes.usage,
  SERVER_URL_INVALID: exitCodes.usage,
  DEVICE_LOCKED: exitCodes.locked,
  DEVICE_CUT_OFF: exitCodes.locked,
  SESSION_REQUIRED: exitCodes.locked,
  STEP_UP_REQUIRED: exitCodes.locked,
  SERVER_UNREACHABLE: exitCodes.unreachable,
  WARDEN_STANDBY_GONE: exitCodes.unreachable,
  WARDEN_UNAVAILABLE: exitCodes.unreachable,
  WARDEN_UNREACHABLE: exitCodes.unreachable,
  WITNESS_UNAVAILABLE: exitCodes.unreachable,
};

/** The exit code of an error. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  const found = ofCode[code];
  if (found !== undefined) return found;
  return errorClassOf(code) === 'Integrity' ? exitCodes.integrity : exitCodes.refused;
}
