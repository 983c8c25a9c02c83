/** What a file of the staff app brings with it, read from its source. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const source = resolve(import.meta.dirname, '../../apps/web/src');
/** The map of all screens. */
export const routes = join(source, 'app/routes.tsx');

/** What a file of ours imports statically, without types. */
function importsOf(path: string): string[] {
  if (path.endsWith('.css'))
    return [...readFileSync(path, 'utf8').matchAll(/@import (?:url\()?['"](\.[^'"]+)['"]/gu)].map(
      ([, to = '']) => resolve(dirname(path), to),
    );
  return [
    ...readFileSync(path, 'utf8').matchAll(
      /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gmu,
    ),
  ]
    .map(([, to = '']) => resolve(dirname(path), to))
    .filter((to) => existsSync(to));
}

/** What a file of ours imports when it is needed, but for the map of the screens. */
function lateImportsOf(path: string): string[] {
  if (path.endsWith('.css') || path === routes) return [];
  return [...readFileSync(path, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/gu)].map(([, to = '']) =>
    resolve(dirname(path), to),
  );
}

/** The files that these bring, themselves with them; with `late` also those that are loaded when they are needed. */
export function reach(start: readonly string[], late = false): Set<string> {
  const found = new Set<string>();
  const open = [...start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...importsOf(path), ...(late ? lateImportsOf(path) : []));
  }
  return found;
}
