/**
 * Argon2id's parameters are fixed by the suite. Records carry them, and a reader checks them before it hashes: a server
 * can neither lower the cost (attack B1) nor raise it to exhaust a device (B2).
 */
import { assertBytes } from '../bytes/index.ts';
import { IntegrityError } from '../errors/index.ts';

export type Argon2Parameters = {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
};

/** Suite 1: 64 MiB, three passes, one lane. */
export const argon2Parameters: Argon2Parameters = { memoryKib: 65_536, iterations: 3, parallelism: 1 };

/** Floor and ceiling of what is ever hashed. A later suite may raise the cost within these without a new reader. */
export const argon2Limits = {
  memoryKibMin: 65_536,
  memoryKibMax: 1_048_576,
  iterationsMin: 3,
  iterationsMax: 16,
  parallelismMax: 4,
  saltSizeBytesMin: 16,
} as const;

/**
 * Refuses parameters below the floor, above the ceiling, or below what this device has seen before (`highWater`).
 * @throws IntegrityError PARAMETERS_REFUSED
 */
export function assertArgon2Parameters(
  parameters: Argon2Parameters,
  salt: Uint8Array,
  highWater: Argon2Parameters = argon2Parameters,
): void {
  const { memoryKib, iterations, parallelism } = parameters;
  assertBytes(salt, 'salt');
  const isAllowed =
    [memoryKib, iterations, parallelism].every((value) => Number.isSafeInteger(value)) &&
    memoryKib >= Math.max(argon2Limits.memoryKibMin, highWater.memoryKib) &&
    memoryKib <= argon2Limits.memoryKibMax &&
    iterations >= Math.max(argon2Limits.iterationsMin, highWater.iterations) &&
    iterations <= argon2Limits.iterationsMax &&
    parallelism >= 1 &&
    parallelism <= argon2Limits.parallelismMax &&
    salt.length >= argon2Limits.saltSizeBytesMin;
  if (!isAllowed) throw new IntegrityError('PARAMETERS_REFUSED');
}
