/**
 * Field types as data. One description of a field drives encoding, decoding and the documentation, so the three cannot
 * part. A value that any of these accepts is plain CBOR.
 */
import { isBytes, isClientCode, isId } from '@strongroom/core';
import type { ClientCode, Id, IdPrefix } from '@strongroom/core';

declare const fieldType: unique symbol;

/** The shape of one value; `T` is the TypeScript type of what it accepts. */
export type Field<T> = FieldShape & { readonly [fieldType]?: T };

/** A field that may be absent from its map. */
export type OptionalField<T> = { readonly optional: Field<T> };

/** The fields of a map type, optional where the type says so. */
export type FieldsOf<T> = {
  readonly [P in keyof T]-?: Record<never, never> extends Pick<T, P>
    ? OptionalField<Exclude<T[P], undefined>>
    : Field<T[P]>;
};

/** Fields by name, without their types. */
export type FieldMap = { readonly [name: string]: Field<unknown> | OptionalField<unknown> };

type FieldShape =
  | { readonly shape: 'id'; readonly prefix: IdPrefix }
  | { readonly shape: 'client' }
  | { readonly shape: 'bytes'; readonly length: number; readonly max: number }
  | { readonly shape: 'integer'; readonly min: number; readonly max: number }
  | { readonly shape: 'boolean' }
  | { readonly shape: 'null' }
  | { readonly shape: 'text'; readonly pattern: RegExp; readonly max: number }
  | { readonly shape: 'choice'; readonly of: readonly (string | number)[] }
  | { readonly shape: 'either'; readonly of: readonly Field<unknown>[] }
  | { readonly shape: 'array'; readonly of: Field<unknown>; readonly min: number; readonly max: number }
  | { readonly shape: 'tuple'; readonly of: readonly Field<unknown>[] }
  | { readonly shape: 'map'; readonly fields: FieldMap }
  | {
      readonly shape: 'table';
      readonly key: Field<unknown>;
      readonly of: Field<unknown>;
      readonly max: number;
    };

/** An id with this prefix. */
export function id<P extends IdPrefix>(prefix: P): Field<Id<P>> {
  return { shape: 'id', prefix };
}

/** A client code. */
export const clientCode: Field<ClientCode> = { shape: 'client' };

/** Exactly `length` bytes. */
export function bytes(length: number): Field<Uint8Array> {
  return { shape: 'bytes', length, max: length };
}

/** Between `min` and `max` bytes. */
export function bytesBetween(min: number, max: number): Field<Uint8Array> {
  return { shape: 'bytes', length: min, max };
}

/** An integer in a range, both ends included. */
export function integer(min: number, max: number): Field<number> {
  return { shape: 'integer', min, max };
}

/** True or false. */
export const flag: Field<boolean> = { shape: 'boolean' };

/** Null, where the format names it. */
export const nothing: Field<null> = { shape: 'null' };

/** Text that matches a pattern, at most `max` characters. */
export function text(pattern: RegExp, max: number): Field<string> {
  return { shape: 'text', pattern, max };
}

/** One of the named values. */
export function choice<const T extends string | number>(...of: readonly T[]): Field<T> {
  return { shape: 'choice', of };
}

/** What one of two fields accepts. */
export function either<A, B>(left: Field<A>, right: Field<B>): Field<A | B> {
  return { shape: 'either', of: [left, right] };
}

/** An array of `min` to `max` values. */
export function arrayOf<T>(of: Field<T>, min: number, max: number): Field<readonly T[]> {
  return { shape: 'array', of: of, min, max };
}

/** An array of fixed length, one field for each place. */
export function tuple<const T extends readonly unknown[]>(
  ...of: { readonly [I in keyof T]: Field<T[I]> }
): Field<T> {
  return { shape: 'tuple', of: of };
}

/** A map with exactly these fields. */
export function map<T>(fields: FieldsOf<T>): Field<T> {
  return { shape: 'map', fields: fields as unknown as FieldMap };
}

/** A map from keys of one kind to values of one kind. */
export function table<T>(key: Field<string>, of: Field<T>, max: number): Field<Readonly<Record<string, T>>> {
  return { shape: 'table', key, of, max };
}

/** Marks a field as one that may be absent. */
export function optional<T>(field: Field<T>): OptionalField<T> {
  return { optional: field };
}

/** Whether a value is what a field accepts. Maps may have no other member. */
export function matchesField<T>(field: Field<T>, value: unknown): value is T {
  const shape: FieldShape = field;
  switch (shape.shape) {
    case 'id':
      return isId(shape.prefix, value);
    case 'client':
      return isClientCode(value);
    case 'bytes':
      return isBytes(value) && value.length >= shape.length && value.length <= shape.max;
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= shape.min && (value as number) <= shape.max;
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'text':
      return typeof value === 'string' && value.length <= shape.max && shape.pattern.test(value);
    case 'choice':
      return (shape.of as readonly unknown[]).includes(value);
    case 'either':
      return shape.of.some((of) => matchesField(of, value));
    case 'array':
      return (
        Array.isArray(value) &&
        value.length >= shape.min &&
        value.length <= shape.max &&
        value.every((item) => matchesField(shape.of, item))
      );
    case 'tuple':
      return (
        Array.isArray(value) &&
        value.length === shape.of.length &&
        shape.of.every((of, index) => matchesField(of, value[index]))
      );
    case 'map':
      return matchesFields(shape.fields, value);
    case 'table':
      return matchesTable(shape.key, shape.of, shape.max, value);
  }
}

function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isBytes(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function matchesFields(fields: FieldMap, value: unknown): boolean {
  if (!isPlainMap(value)) return false;
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key !== 'string' || !Object.hasOwn(fields, key)) return false;
  }
  return Object.entries(fields).every(([name, field]) => {
    if (!Object.hasOwn(value, name)) return 'optional' in field;
    return matchesField('optional' in field ? field.optional : field, value[name]);
  });
}

function matchesTable(key: Field<unknown>, of: Field<unknown>, max: number, value: unknown): boolean {
  if (!isPlainMap(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= max &&
    entries.every(([name, item]) => matchesField(key, name) && matchesField(of, item))
  );
}

/** How a field is written in the documentation. */
export function describeField(field: Field<unknown> | OptionalField<unknown>): string {
  if ('optional' in field) return `${describeField(field.optional)}?`;
  const shape: FieldShape = field;
  switch (shape.shape) {
    case 'id':
      return shape.prefix;
    case 'client':
      return 'client code';
    case 'bytes':
      return shape.length === shape.max ? `bytes ${shape.length}` : `bytes ${shape.length}..${shape.max}`;
    case 'integer':
      return shape.max === Number.MAX_SAFE_INTEGER ? `integer ≥ ${shape.min}` : `${shape.min}..${shape.max}`;
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'text':
      return `text ≤ ${shape.max}`;
    case 'choice':
      return shape.of.join(' or ');
    case 'either':
      return shape.of.map(describeField).join(' or ');
    case 'array':
      return `${shape.min}..${shape.max} × ${describeField(shape.of)}`;
    case 'tuple':
      return `[${shape.of.map(describeField).join(', ')}]`;
    case 'map':
      return `{${Object.entries(shape.fields)
        .map(([name, of]) => `${name}: ${describeField(of)}`)
        .join(', ')}}`;
    case 'table':
      return `{${describeField(shape.key)}: ${describeField(shape.of)}}`;
  }
}
