import { execFileSync } from 'node:child_process';
import { newId, createWebEngine } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { none } from './endpoints/none.ts';
import { endpoints, formatOpenApi, bytes, exactBytes, id, limits } from './index.ts';

const engine = createWebEngine();

describe('the endpoint table', () => {
  it('has one route per method and path, and path parameters that the schema describes', () => {
    const seen = new Set<string>();
    for (const endpoint of Object.values(endpoints)) {
      const key = `${endpoint.method} ${endpoint.path}`;
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
      const named = [...endpoint.path.matchAll(/:([a-z]+)/gi)].map((match) => match[1] ?? '');
      if (endpoint.path.endsWith('/*')) named.push('path');
      const described = endpoint.params instanceof z.ZodObject ? Object.keys(endpoint.params.shape) : [];
      expect(described.toSorted(), key).toEqual(named.toSorted());
    }
  });

  it('prints as OpenAPI with every operation', () => {
    const document = formatOpenApi('0.1.0') as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const names = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((item) => item.operationId),
    );
    expect(names.toSorted()).toEqual(Object.keys(endpoints).toSorted());
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('limits every body', () => {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      // Empty input is none, by whatever method: nothing is read of it.
      const takesBody = endpoint.input !== none;
      expect(endpoint.limits.bodyBytesMax > 0, name).toBe(takesBody);
      if (takesBody) expect(['POST', 'PUT'], name).toContain(endpoint.method);
      expect(endpoint.limits.perMinute, name).toBeGreaterThan(0);
    }
  });
});

describe('scalars', () => {
  it('bytes round trip and are refused one above the limit', () => {
    const schema = bytes({ min: 1, max: 5 });
    const value = new Uint8Array([1, 2, 3, 250, 255]);
    const text = z.encode(schema, value);
    expect(z.decode(schema, text)).toEqual(value);
    expect(schema.safeParse(z.encode(exactBytes(6), new Uint8Array(6))).success).toBe(false);
    expect(schema.safeParse('').success).toBe(false);
    for (const wrong of ['AA==', 'A', 'A+', 'A/', ' AA', 'AB', 1, null, {}])
      expect(schema.safeParse(wrong).success).toBe(false);
  });

  it('ids of another kind are refused', () => {
    expect(id('rec').safeParse(newId(engine, 'rec')).success).toBe(true);
    expect(id('rec').safeParse(newId(engine, 'rom')).success).toBe(false);
  });

  it('an upload part takes exactly 16 segments and the header', () => {
    expect(limits.partBytesMax).toBe(4_194_378);
  });
});

describe('in a worker under a policy that forbids code made from texts', () => {
  it('none is tried, neither when the schemas are made nor when one is used', () => {
    const script = `
      globalThis.WorkerGlobalScope = class {};
      const made = [];
      globalThis.Function = new Proxy(Function, {
        construct: (target, [code]) => { made.push(code); throw new EvalError('forbidden'); },
      });
      const { endpoints } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
      endpoints.submitEntry.input.safeParse({});
      console.log(JSON.stringify(made));
    `;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual([]);
  });
});
