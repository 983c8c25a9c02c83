/** `settings.json` in the warden's home: what an operator may set. Unknown members are refused, so that a typo is not a default. */
import { disposalGraceMs } from '@strongroom/authority';
import { IntegrityError } from '@strongroom/core';
import { wardenLimits } from './limits.ts';

export type WardenSettings = {
  /** From the approval of a disposal to its destruction; never under the 72 hours that every reader of the ledger expects. */
  readonly graceMs: number;
};

const hourMs = 3_600_000;

/** @throws IntegrityError WARDEN_STATE_CORRUPT */
export function parseSettings(text: string | undefined): WardenSettings {
  if (text === undefined) return { graceMs: disposalGraceMs };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'settings' }, { cause });
  }
  const isRight =
    typeof value === 'object' && value !== null && Object.keys(value).every((key) => key === 'graceHours');
  const graceMs = isRight
    ? (((value as { graceHours?: unknown }).graceHours as number | undefined) ?? disposalGraceMs / hourMs) *
      hourMs
    : Number.NaN;
  if (!Number.isSafeInteger(graceMs) || graceMs < disposalGraceMs || graceMs > wardenLimits.graceMsMax)
    throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'settings' });
  return { graceMs };
}
