/** The printed kit (docs/spec/bytes.md section 4): kit secret, kit code, and a check that catches a slip of the pen. */
import { compareBytes, concatBytes, hashLabelled, InputError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { decodeCrockford, encodeCrockford, normalizeCrockford } from './crockford.ts';

/** What the kit carries. */
export interface Kit {
  /** 16 bytes; also kept by enrolled devices. */
  readonly secret: Uint8Array;
  /** 16 bytes; printed only. */
  readonly code: Uint8Array;
}

const valueBytes = 16;
const checkBytes = 3;
const groupLength = 7;
/** Groups in a kit. */
export const kitGroups = 8;

/** A new random kit. */
export function newKit(engine: Pick<Engine, 'randomBytes'>): Kit {
  return { secret: engine.randomBytes(valueBytes), code: engine.randomBytes(valueBytes) };
}

/** The kit as it is printed. */
export function formatKit(engine: Pick<Engine, 'sha256'>, kit: Kit): string {
  const bytes = concatBytes(kit.secret, kit.code);
  return encodeCrockford(concatBytes(bytes, checkOf(engine, bytes)), groupLength);
}

/** Reads a kit as people type it. @throws InputError KIT_INVALID */
export function parseKit(engine: Pick<Engine, 'sha256'>, text: string): Kit {
  const decoded = decodeCrockford(text);
  if (decoded === undefined || decoded.length !== 2 * valueBytes + checkBytes) throw new InputError('KIT_INVALID');
  const bytes = decoded.slice(0, 2 * valueBytes);
  if (compareBytes(decoded.subarray(2 * valueBytes), checkOf(engine, bytes)) !== 0) throw new InputError('KIT_INVALID');
  return { secret: bytes.slice(0, valueBytes), code: bytes.slice(valueBytes) };
}

/** Whether a typed group is the kit's group `number`, counted from 1. */
export function isKitGroup(kitText: string, number: number, typed: string): boolean {
  const group = kitText.split('-')[number - 1];
  return group !== undefined && normalizeCrockford(typed) === group;
}

function checkOf(engine: Pick<Engine, 'sha256'>, bytes: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'kit', bytes).slice(0, checkBytes);
}
