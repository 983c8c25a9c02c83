import { endpoints } from '@strongroom/protocol';
import type { EndpointName } from '@strongroom/protocol';

/** Which endpoint of the contract a request is for. */
export interface MatchedRoute {
  readonly name: EndpointName;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

const table = Object.entries(endpoints).map(([name, { method, path }]) => ({
  name: name as EndpointName,
  method,
  parts: path.split('/'),
}));

/** Finds the endpoint of a method and path. Fixed parts win over parameters. */
export function matchRoute(method: string, pathAndQuery: string): MatchedRoute {
  const url = new URL(pathAndQuery, 'http://localhost');
  const parts = url.pathname.split('/').map(decodeURIComponent);
  const found = table
    .filter((row) => row.method === method && isMatch(row.parts, parts))
    .sort((left, right) => countParameters(left.parts) - countParameters(right.parts))[0];
  if (found === undefined) throw new Error(`no endpoint for ${method} ${url.pathname}`);
  const params: Record<string, string> = {};
  for (const [index, part] of found.parts.entries()) {
    if (part === '*') params['path'] = parts.slice(index).join('/');
    else if (part.startsWith(':')) params[part.slice(1)] = parts[index] ?? '';
  }
  return { name: found.name, params, query: Object.fromEntries(url.searchParams) };
}

function isMatch(pattern: readonly string[], parts: readonly string[]): boolean {
  const isOpenEnded = pattern.at(-1) === '*';
  if (isOpenEnded ? parts.length < pattern.length : parts.length !== pattern.length) return false;
  return pattern.every((part, index) => part === '*' || part.startsWith(':') || part === parts[index]);
}

function countParameters(parts: readonly string[]): number {
  return parts.filter((part) => part === '*' || part.startsWith(':')).length;
}
