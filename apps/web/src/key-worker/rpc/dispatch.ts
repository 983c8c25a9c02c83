/**
 * From a message to a call. A path is called only if the allow-list names it, and only where every step is an object's own property, so a
 * name that every object inherits leads nowhere. Arguments are what structured clone made: data, never behaviour.
 */
import { InputError } from '@strongroom/core';
import { listPaths } from '../../keys/surface.ts';
import type { Effect, SurfaceNode } from '../../keys/surface.ts';

const argumentsMax = 4;

/** Calls what a path names. */
export interface Dispatcher {
  /** What a path does; undefined for what may not be called. */
  effectOf(path: unknown): Effect | undefined;
  /** @throws InputError REQUEST_INVALID for a path or arguments that are none; whatever the called throws */
  call(path: unknown, args: unknown): Promise<unknown>;
}

/** `getTarget` gives the object of the first step; it throws where there is none now. */
export function createDispatcher(surface: SurfaceNode, getTarget: (area: string) => unknown): Dispatcher {
  const allowed = listPaths(surface);

  function effectOf(path: unknown): Effect | undefined {
    return typeof path === 'string' ? allowed.get(path) : undefined;
  }

  return {
    effectOf,
    async call(path, args) {
      if (typeof path !== 'string' || effectOf(path) === undefined) throw new InputError('REQUEST_INVALID');
      if (!Array.isArray(args) || args.length > argumentsMax) throw new InputError('REQUEST_INVALID');
      const [area = '', ...steps] = path.split('.');
      let owner: unknown;
      let found: unknown = getTarget(area);
      for (const step of steps) {
        owner = found;
        found = readOwn(owner, step);
      }
      if (typeof found !== 'function') throw new InputError('REQUEST_INVALID');
      return await Reflect.apply(found as (...args: unknown[]) => Promise<unknown>, owner, args);
    },
  };
}

function readOwn(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, name)) return undefined;
  return (owner as Readonly<Record<string, unknown>>)[name];
}
