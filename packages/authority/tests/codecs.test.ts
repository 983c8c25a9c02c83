import { readFileSync } from 'node:fs';
import { encodeCbor, InputError } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import {
  bodyFieldTable,
  bodyKinds,
  decodeBody,
  decodeEntry,
  encodeBody,
  encodeEntry,
  statementTable,
} from '@strongroom/authority';
import type { Body, BodyKind, BodyOf } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import { sampleBodies } from './kit/samples.ts';

const spec = readFileSync(new URL('../../../docs/spec/statements.md', import.meta.url), 'utf8');

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('bodies', () => {
  it('have a sample, a row and a place in the specification for every kind', () => {
    expect(sampleBodies.map(({ k }) => k).toSorted()).toEqual(bodyKinds.toSorted());
    expect(statementTable.map(({ kind }) => kind)).toEqual(bodyKinds);
    const fields = bodyFieldTable().map(([kind, own]) => `| \`${kind}\` | ${own} |`);
    expect(spec.trimEnd().endsWith(fields.join('\n'))).toBe(true);
    const tables = spec.slice(0, spec.indexOf('## 8.'));
    const rows = [...tables.matchAll(/^\| ((?:`[a-z.-]+`(?: \/ )?)+) \|/gm)];
    const kinds = rows.flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([a-z.-]+)`/g)].map(([, kind]) => kind),
    );
    expect(new Set(kinds)).toEqual(new Set(bodyKinds));
    expect(kinds).toHaveLength(bodyKinds.length);
  });

  it.each(sampleBodies.map((body) => [body.k, body] as const))('%s comes back as it was', (_, body) => {
    const bytes = encodeBody(body);
    expect(encodeBody(decodeBody(bytes))).toEqual(bytes);
  });

  it.each(sampleBodies.map((body) => [body.k, body] as const))(
    '%s refuses a field too many, too few, or of another kind',
    (_, body) => {
      const fields = body as unknown as Record<string, CborValue>;
      expect(refusal(() => decodeBody(encodeCbor({ ...fields, extra: 1 })))).toBe('ENTRY_INVALID');
      const optional = new Set(['endsAt', 'client', 'reason', 'name', 'olderBundle', 'conflictOf']);
      for (const name of Object.keys(fields)) {
        const { [name]: left, ...rest } = fields;
        const isOptional =
          optional.has(name) &&
          !(body.k === 'person.invited' && name === 'endsAt') &&
          body.k !== 'device.revoked';
        const isServers =
          (body.k === 'refused' && name === 'd') ||
          (body.k === 'names.exported' && (name === 'room' || name === 'person')) ||
          (body.k === 'firm.restored' && ['bundle', 'witnesses', 'retention'].includes(name)) ||
          (body.k === 'room.restored' && (name === 'class' || name === 'hold'));
        if (!isOptional && !isServers)
          expect(refusal(() => decodeBody(encodeCbor(rest)))).toBe('ENTRY_INVALID');
        for (const wrong of [null, -1, 'x'.repeat(600), [left ?? null, 1], new Uint8Array(33)]) {
          expect(refusal(() => decodeBody(encodeCbor({ ...fields, [name]: wrong })))).toBe('ENTRY_INVALID');
        }
      }
    },
  );

  it('of a destruction say how far a second warden was, or nothing of one', () => {
    const body = sampleBodies.find(({ k }) => k === 'destroyed') as BodyOf<'destroyed'>;
    expect(body).not.toHaveProperty('second');
    for (const second of ['current', 'absent'] as const)
      expect(decodeBody(encodeBody({ ...body, second }))).toEqual({ ...body, second });
    for (const second of ['gone', '', 1, true, null])
      expect(refusal(() => decodeBody(encodeCbor({ ...body, second })))).toBe('ENTRY_INVALID');
  });

  it('refuses unknown kinds and bytes that are not deterministic', () => {
    expect(refusal(() => decodeBody(encodeCbor({ k: 'room.burnt' })))).toBe('ENTRY_INVALID');
    expect(refusal(() => decodeBody(encodeCbor({ k: '__proto__' })))).toBe('ENTRY_INVALID');
    for (const value of [null, 1, 'x', [], {}])
      expect(refusal(() => decodeBody(encodeCbor(value)))).toBe('ENTRY_INVALID');
    const bytes = encodeBody(sampleBodies[0] as Body);
    expect(refusal(() => decodeBody(Uint8Array.of(...bytes, 0)))).toBe('ENTRY_INVALID');
    expect(refusal(() => decodeBody(bytes.subarray(1)))).toBe('ENTRY_INVALID');
    // Map head with a longer count than needed.
    const long = Uint8Array.of(0xb8, (bytes[0] ?? 0) & 31, ...bytes.subarray(1));
    expect(refusal(() => decodeBody(long))).toBe('ENTRY_INVALID');
  });
});

describe('entries', () => {
  const body = encodeBody(find('released'));
  const parts = { officeSize: 3, atMs: 5, body, sigs: [], payload: null };

  it('come back as they were', () => {
    const entry = decodeEntry(encodeEntry(parts));
    expect(entry).toMatchObject({ officeSize: 3, atMs: 5, bodyBytes: body, sigs: [], payload: null });
  });
  it('refuse wrong parts', () => {
    for (const change of [
      { officeSize: null },
      { atMs: -1 },
      { payload: new Uint8Array(31) },
      { body: new Uint8Array(3) },
    ]) {
      expect(refusal(() => encodeEntry({ ...parts, ...change }))).toBe('ENTRY_INVALID');
    }
    const sigs = [['dev_x', new Uint8Array(64)]] as unknown as typeof parts.sigs;
    expect(refusal(() => encodeEntry({ ...parts, sigs }))).toBe('ENTRY_INVALID');
    for (const value of [
      [2, 3, 5, body, [], null],
      [1, 3, 5, body, []],
      [1, 3, 5, body, [], null, 1],
    ]) {
      expect(refusal(() => decodeEntry(encodeCbor(value)))).toBe('ENTRY_INVALID');
    }
    expect(refusal(() => decodeEntry(new Uint8Array(70_000)))).toBe('ENTRY_INVALID');
  });
});

function find(kind: BodyKind): Body {
  const body = sampleBodies.find(({ k }) => k === kind);
  if (body === undefined) throw new Error(kind);
  return body;
}
