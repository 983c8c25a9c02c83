/** Functions by the allow-list: each sends its path. There is no Proxy here: a name that is not listed is not there. */
import type { Keys } from './contract.ts';
import { surface } from './surface.ts';
import type { SurfaceNode } from './surface.ts';

/** Sends one call. */
export type SendCall = (path: string, args: readonly unknown[]) => Promise<unknown>;

/** The keys as pages see them. */
export function buildKeys(send: SendCall): Keys {
  return buildNode(surface, '', send) as Keys;
}

function buildNode(node: SurfaceNode, prefix: string, send: SendCall): unknown {
  const entries = Object.entries(node).map(([name, below]): [string, unknown] => {
    const path = `${prefix}${name}`;
    if (typeof below !== 'string') return [name, buildNode(below, `${path}.`, send)];
    return [name, async (...args: unknown[]) => await send(path, args)];
  });
  return Object.freeze(Object.fromEntries(entries));
}
