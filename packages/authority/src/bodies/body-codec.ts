/** Bodies to bytes and back. What is signed and hashed is always the bytes; a body that cannot be decoded strictly does not exist. */
import { decodeCbor, encodeCbor, InputError, StrongroomError } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import type { Body, BodyKind } from './body.ts';
import { bodyFields } from './body-fields.ts';
import { describeField, map, matchesField } from './field.ts';
import type { Field, FieldMap } from './field.ts';

const bodyShapes: ReadonlyMap<string, Field<Body>> = new Map(
  (Object.keys(bodyFields) as BodyKind[]).map((kind) => [kind, map<Body>(bodyFields[kind] as never)]),
);

/** All kinds of bodies, in the order of the documentation. */
export const bodyKinds: readonly BodyKind[] = Object.freeze(Object.keys(bodyFields) as BodyKind[]);

/** Whether a text is the kind of a body. */
export function isBodyKind(value: unknown): value is BodyKind {
  return typeof value === 'string' && bodyShapes.has(value);
}

function assertBody(value: unknown): asserts value is Body {
  const kind: unknown = typeof value === 'object' && value !== null && 'k' in value ? value.k : undefined;
  const shape = typeof kind === 'string' ? bodyShapes.get(kind) : undefined;
  if (shape === undefined) throw new InputError('ENTRY_INVALID', { reason: 'kind' });
  if (!matchesField(shape, value))
    throw new InputError('ENTRY_INVALID', { reason: 'fields', kind: kind as string });
}

/**
 * The bytes of a body.
 * @throws InputError ENTRY_INVALID for an unknown kind, or a field that is missing, unknown or out of its range
 */
export function encodeBody(body: Body): Uint8Array {
  assertBody(body);
  return encodeCbor(body);
}

/**
 * The body of bytes.
 * @throws InputError ENTRY_INVALID for anything that `encodeBody` would not have produced
 */
export function decodeBody(bytes: Uint8Array): Body {
  const value = decodeStrictly(bytes);
  assertBody(value);
  return value;
}

/** Deterministic CBOR, or ENTRY_INVALID. */
export function decodeStrictly(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new InputError('ENTRY_INVALID', { reason: 'cbor' }, { cause });
  }
}

const commonNames: readonly string[] = ['k', 'l', 'd', 't', 'pos', 'c'];

/** Kind and own fields of every body, as docs/spec/statements.md section 8 prints them. Lines of the server name `d` as an own field. */
export function bodyFieldTable(): readonly (readonly [kind: BodyKind, fields: string])[] {
  return bodyKinds.map((kind) => {
    const isSigned = 't' in bodyFields[kind];
    const own = Object.entries(bodyFields[kind] as FieldMap).filter(
      ([name]) => !commonNames.includes(name) || (!isSigned && name === 'd'),
    );
    return [kind, own.map(([name, field]) => `${name}: ${describeField(field)}`).join('; ')];
  });
}
