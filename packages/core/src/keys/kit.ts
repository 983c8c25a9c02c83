/** The printed kit (docs/spec/bytes.md section 4): kit secret and kit code as one text with a check. */
import { assertBytes, compareBytes, concatBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { formatCrockford, parseCrockford } from './crockford-text.ts';

/** Sizes in bytes. */
export const kitSizes = { kitSecret: 16, kitCode: 16, kitHalf: 32 } as const;

/** What is printed. The secret also lives on enrolled devices; the code is on paper only. */
export type Kit = { readonly kitSecret: Uint8Array; readonly kitCode: Uint8Array };

const checkSize = 3;
const groupLength = 7;

/** A new kit. */
export function newKit(engine: Pick<Engine, 'randomBytes'>): Kit {
  return { kitSecret: engine.randomBytes(kitSizes.kitSecret), kitCode: engine.randomBytes(kitSizes.kitCode) };
}

/** Eight groups of seven characters. @throws InputError INPUT_INVALID */
export function formatKit(engine: Pick<Engine, 'sha256'>, kit: Kit): string {
  assertBytes(kit.kitSecret, 'kitSecret', kitSizes.kitSecret);
  assertBytes(kit.kitCode, 'kitCode', kitSizes.kitCode);
  const secrets = concatBytes(kit.kitSecret, kit.kitCode);
  return formatCrockford(concatBytes(secrets, checkOf(engine, secrets)), groupLength);
}

/** @throws InputError KIT_INVALID for a text that was mistyped or is no kit */
export function parseKit(engine: Pick<Engine, 'sha256'>, text: string): Kit {
  const secrets = parseChecked(text, kitSizes.kitSecret + kitSizes.kitCode, (bytes) =>
    checkOf(engine, bytes),
  );
  return { kitSecret: secrets.slice(0, kitSizes.kitSecret), kitCode: secrets.slice(kitSizes.kitSecret) };
}

/** Bytes and their check at the end. @throws InputError KIT_INVALID */
export function parseChecked(
  text: string,
  size: number,
  check: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = parseCrockford(text);
  } catch (cause) {
    throw new InputError('KIT_INVALID', {}, { cause });
  }
  const isRight =
    bytes.length === size + checkSize &&
    compareBytes(check(bytes.subarray(0, size)), bytes.subarray(size)) === 0;
  if (!isRight) throw new InputError('KIT_INVALID');
  return bytes.slice(0, size);
}

function checkOf(engine: Pick<Engine, 'sha256'>, secrets: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'kit', secrets).slice(0, checkSize);
}
