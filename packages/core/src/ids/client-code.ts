/** Client codes: how a client is called where its name must not stand (docs/spec/bytes.md section 2). */
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';

const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const pattern = /^C-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{4,6}$/;

declare const clientCodeBrand: unique symbol;
/** `C-` and four to six characters that are not mistaken for one another. */
export type ClientCode = `C-${string}` & { readonly [clientCodeBrand]: true };

/** A random code of `length` characters (4 to 6); the caller makes sure that it is unique in the vault. @throws InputError INPUT_INVALID */
export function newClientCode(engine: Pick<Engine, 'randomBytes'>, length = 4): ClientCode {
  if (!Number.isSafeInteger(length) || length < 4 || length > 6)
    throw new InputError('INPUT_INVALID', { name: 'length' });
  let code = 'C-';
  while (code.length < length + 2) {
    // Bytes from 240 on are thrown away, so that no character is likelier than another.
    const byte = engine.randomBytes(1)[0] ?? 255;
    if (byte < 240) code += alphabet[byte % alphabet.length];
  }
  return code as ClientCode;
}

/** Whether a value is a client code. */
export function isClientCode(value: unknown): value is ClientCode {
  return typeof value === 'string' && pattern.test(value);
}

/** @throws InputError ID_INVALID */
export function parseClientCode(value: unknown): ClientCode {
  if (!isClientCode(value)) throw new InputError('ID_INVALID', { prefix: 'C' });
  return value;
}
