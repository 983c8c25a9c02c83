/** Slots: 48 bits, expiry hour (20) and sequence (28), as one integer (docs/spec/bytes.md section 8). */
import { InputError } from '../errors/index.ts';

/** Bits of a slot, which is the depth of the puncturable tree. */
export const slotBits = 48;
/** One above the highest slot. */
export const slotLimit = 281_474_976_710_656;
/** Slots in one hour. */
export const slotsPerHour = 268_435_456;
/** One above the highest expiry hour; 0 is permanent. */
export const slotHourLimit = 1_048_576;
/** 2026-01-01T00:00Z in milliseconds since 1970. */
export const slotEpochMs = 1_767_225_600_000;

const hourMs = 3_600_000;

/** @throws InputError INPUT_INVALID */
export function assertSlot(slot: number): void {
  if (!Number.isSafeInteger(slot) || slot < 0 || slot >= slotLimit)
    throw new InputError('INPUT_INVALID', { name: 'slot' });
}

/** @throws InputError INPUT_INVALID */
export function formSlot(hour: number, sequence: number): number {
  if (!Number.isSafeInteger(hour) || hour < 0 || hour >= slotHourLimit)
    throw new InputError('INPUT_INVALID', { name: 'hour' });
  if (!Number.isSafeInteger(sequence) || sequence < 0 || sequence >= slotsPerHour)
    throw new InputError('INPUT_INVALID', { name: 'sequence' });
  return hour * slotsPerHour + sequence;
}

/** The parts of a slot. @throws InputError INPUT_INVALID */
export function splitSlot(slot: number): { readonly hour: number; readonly sequence: number } {
  assertSlot(slot);
  return { hour: Math.floor(slot / slotsPerHour), sequence: slot % slotsPerHour };
}

/** The expiry hour within which a moment (milliseconds since 1970) lies; hour 0 itself stays reserved for permanent slots. @throws InputError INPUT_INVALID */
export function getSlotHour(atMs: number): number {
  const hour = Math.floor((atMs - slotEpochMs) / hourMs);
  if (!Number.isSafeInteger(hour) || hour < 1 || hour >= slotHourLimit)
    throw new InputError('INPUT_INVALID', { name: 'atMs' });
  return hour;
}

/** The moment at which an hour ends and may be cut, in milliseconds since 1970. @throws InputError INPUT_INVALID for hour 0 */
export function getSlotHourEndMs(hour: number): number {
  if (!Number.isSafeInteger(hour) || hour < 1 || hour >= slotHourLimit)
    throw new InputError('INPUT_INVALID', { name: 'hour' });
  return slotEpochMs + (hour + 1) * hourMs;
}
