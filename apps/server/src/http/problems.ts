/** Errors as RFC 9457 problems. The body holds a code, ids and numbers; texts for people are in the catalogues. */
import { DependencyError, errorClassOf, StrongroomError } from '@strongroom/core';
import type { ErrorClass, ErrorCode } from '@strongroom/core';
import type { Problem } from '@strongroom/protocol';

const statusOfClass: Readonly<Record<ErrorClass, number>> = {
  Input: 400,
  Access: 403,
  Conflict: 409,
  Limit: 429,
  Crypto: 400,
  Integrity: 422,
  Dependency: 503,
};

const statusOfCode: Partial<Readonly<Record<ErrorCode, number>>> = {
  DEVICE_CUT_OFF: 401,
  SESSION_REQUIRED: 401,
  SIGN_IN_REFUSED: 401,
  STEP_UP_REQUIRED: 401,
  NOT_FOUND: 404,
  ENTRY_REFUSED: 422,
  HOST_REFUSED: 421,
  WARDEN_WAITING: 503,
  // Not 503: the server has waited already, and a device would ask again at once.
  WITNESS_UNAVAILABLE: 424,
  LIMIT_EXCEEDED: 413,
  DISK_FULL: 507,
  INTERNAL_ERROR: 500,
};

/** The problem of an error. `ACCESS_DENIED` never carries details: what depends on a record is refused alike (attack J14). */
export function toProblem(cause: unknown, requestId: string): Problem {
  const error: StrongroomError =
    cause instanceof StrongroomError ? cause : new DependencyError('INTERNAL_ERROR');
  const status = statusOfCode[error.code] ?? statusOfClass[errorClassOf(error.code)];
  const { retryAfterMs, ...details } = error.details;
  return {
    type: 'about:blank',
    status,
    code: error.code,
    requestId,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(error.code !== 'ACCESS_DENIED' && Object.keys(details).length > 0 ? { details } : {}),
  };
}
