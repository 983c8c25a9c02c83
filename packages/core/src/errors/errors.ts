/**
 * Failures that cross a boundary. The subclass says whose fault it is, the code says what happened; details hold ids and
 * numbers only, never content, names or keys, because they reach logs.
 */
import { errorCodes } from './error-codes.ts';
import type { ErrorClass, ErrorCode, ErrorCodeOf } from './error-codes.ts';

/** Ids and numbers that explain an error. Never content, names or keys. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

const noDetails: ErrorDetails = Object.freeze({});

/** The root of all refusals and failures of Strongroom. */
export class StrongroomError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails;

  constructor(code: C, details: ErrorDetails = noDetails, options?: { readonly cause?: unknown }) {
    super(code, options);
    this.name = new.target.name;
    this.code = code;
    this.details = Object.freeze({ ...details });
  }
}

/** The caller handed in something malformed. */
export class InputError extends StrongroomError<ErrorCodeOf<'Input'>> {}

/** The caller may not do this, or may no longer. */
export class AccessError extends StrongroomError<ErrorCodeOf<'Access'>> {}

/** Somebody else was first; the caller may look again and retry. */
export class ConflictError extends StrongroomError<ErrorCodeOf<'Conflict'>> {}

/** A named limit was passed. */
export class LimitError extends StrongroomError<ErrorCodeOf<'Limit'>> {}

/** A decryption failed. There is one code for all of them, so that failures tell nothing apart (attack B6). */
export class CryptoError extends StrongroomError<ErrorCodeOf<'Crypto'>> {}

/** Data that claims to be ours is not what was signed or promised. */
export class IntegrityError extends StrongroomError<ErrorCodeOf<'Integrity'>> {}

/** Something we rely on (engine, database, network, disk) failed. */
export class DependencyError extends StrongroomError<ErrorCodeOf<'Dependency'>> {}

const constructors = {
  Input: InputError,
  Access: AccessError,
  Conflict: ConflictError,
  Limit: LimitError,
  Crypto: CryptoError,
  Integrity: IntegrityError,
  Dependency: DependencyError,
} as const;

const classes: ReadonlyMap<string, ErrorClass> = new Map(
  errorCodes.map((entry): [string, ErrorClass] => [entry.code, entry.class]),
);

/** Whether a text is one of our error codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && classes.has(value);
}

/** The class of an error code. */
export function errorClassOf(code: ErrorCode): ErrorClass {
  const found = classes.get(code);
  if (found === undefined) throw new TypeError('unknown error code');
  return found;
}

/** Builds the error of a code, in the subclass the code belongs to; used where a code arrives as data. */
export function createError(
  code: ErrorCode,
  details?: ErrorDetails,
  options?: { readonly cause?: unknown },
): StrongroomError {
  const constructor = constructors[errorClassOf(code)] as new (
    code: ErrorCode,
    details?: ErrorDetails,
    options?: { readonly cause?: unknown },
  ) => StrongroomError;
  return new constructor(code, details, options);
}
