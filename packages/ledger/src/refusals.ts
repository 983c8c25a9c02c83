/** The few ways in which this package refuses. `reason` is a fixed word from the code, never anything from the input. */
import { InputError, IntegrityError, LimitError } from '@strongroom/core';
import { ledgerSizeMax } from './limits.ts';

/** Bytes or text that are not in the named format. */
export function malformed(
  format: string,
  reason: string,
  options?: { readonly cause?: unknown },
): InputError {
  return new InputError('FORMAT_INVALID', { format, reason }, options);
}

/** An argument that no caller should hand in. */
export function invalidInput(name: string, options?: { readonly cause?: unknown }): InputError {
  return new InputError('INPUT_INVALID', { name }, options);
}

/** More than a named limit allows. */
export function limitExceeded(limit: string, max: number): LimitError {
  return new LimitError('LIMIT_EXCEEDED', { limit, max });
}

/** A proof, or data that claims to be a ledger, does not show what it must show. */
export function proofInvalid(
  reason: string,
  details: Readonly<Record<string, string | number>> = {},
): IntegrityError {
  return new IntegrityError('PROOF_INVALID', { reason, ...details });
}

/** A signature is wrong, or one that is needed is not there. */
export function signatureInvalid(
  reason: string,
  details: Readonly<Record<string, string | number>> = {},
): IntegrityError {
  return new IntegrityError('SIGNATURE_INVALID', { reason, ...details });
}

/** Whether a value is a size of a ledger: an integer from 0 to 2^48. */
export function isLedgerSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= ledgerSizeMax;
}

/** @throws InputError INPUT_INVALID */
export function assertLedgerSize(value: unknown, name: string): asserts value is number {
  if (!isLedgerSize(value)) throw invalidInput(name);
}

/** Reads a canonical decimal (no sign, no leading zeros, at most 2^48); undefined if it is not one. */
export function findDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return isLedgerSize(value) ? value : undefined;
}
