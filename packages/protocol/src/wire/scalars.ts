/**
 * How scalars cross the wire: bytes as base64url without padding, ids as their text, instants and sizes as safe integers. On
 * the inside of a schema bytes are `Uint8Array`; `z.encode` gives the wire form, `z.decode` the inside.
 */
import { type Id, type IdPrefix, decodeBase64url, encodeBase64url, isId } from '@strongroom/core';
import { z } from '../schemas.ts';

const base64urlPattern = /^[A-Za-z0-9_-]*$/;

/** Either end of a bytes field. */
export type BytesSchema = z.ZodCodec<z.ZodString, z.ZodCustom<Uint8Array, Uint8Array>>;

/** A byte string of `min` to `max` bytes. Anything that is not strict base64url is refused. */
export function bytes(limits: { readonly min?: number; readonly max: number }): BytesSchema {
  const { min = 0, max } = limits;
  return z.codec(
    z
      .string()
      .max(Math.ceil((max * 4) / 3))
      .regex(base64urlPattern),
    z.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.length >= min && value.length <= max,
    ),
    {
      decode: (text, context) => {
        try {
          return decodeBase64url(text);
        } catch {
          context.issues.push({ code: 'custom', message: 'not base64url', input: text });
          return z.NEVER;
        }
      },
      encode: (value) => encodeBase64url(value),
    },
  );
}

/** Exactly `length` bytes. */
export function exactBytes(length: number): BytesSchema {
  return bytes({ min: length, max: length });
}

export type IdSchema<P extends IdPrefix> = z.ZodCustom<Id<P>, Id<P>>;

/** An id with this prefix. */
export function id<P extends IdPrefix>(prefix: P): IdSchema<P> {
  return z.custom<Id<P>>((value) => isId(prefix, value));
}

/** A whole number from 0 to 2^53 - 1, or to `max`. */
export function count(max: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  return z.number().int().min(0).max(max);
}

/** A whole number in the query or path, as decimal digits without leading zeros. */
export function countText(
  max: number = Number.MAX_SAFE_INTEGER,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return z
    .string()
    .regex(/^(0|[1-9][0-9]{0,15})$/)
    .transform((text, context) => {
      const value = Number(text);
      if (!Number.isSafeInteger(value) || value > max) {
        context.issues.push({ code: 'custom', message: 'too large', input: text });
        return z.NEVER;
      }
      return value;
    });
}

/** Milliseconds since 1970 (UTC). */
export const instantMs: z.ZodNumber = count();
