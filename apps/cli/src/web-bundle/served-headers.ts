/** The headers that the bundle must come with: the same table as the server's (docs/spec/server.md section 6). */
import { webHeadersRefused, webPageHeaders, webPolicies } from '@strongroom/protocol';

/** A header that is not as it must be. */
export interface HeaderFinding {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

const typeOf: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  mjs: 'text/javascript',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
};

/**
 * What a file must come with: pages everything, scripts the policy and isolation that a worker takes from its own answer, and
 * everything the demand that a browser believes its type.
 */
function headersOf(path: string): readonly (readonly [name: string, value: string])[] {
  if (path === 'viewer.html') return [policy(webPolicies.viewer), ...Object.entries(webPageHeaders)];
  if (path.endsWith('.html')) return [policy(webPolicies.app), ...Object.entries(webPageHeaders)];
  const nosniff = ['x-content-type-options', webPageHeaders['x-content-type-options']] as const;
  if (!/\.m?js$/u.test(path)) return [nosniff];
  const isolation = 'cross-origin-embedder-policy';
  return [policy(webPolicies.app), [isolation, webPageHeaders[isolation]], nosniff];
}

function policy(value: string): readonly [name: string, value: string] {
  return ['content-security-policy', value];
}

/** What is wrong with the headers of a file. */
export function findHeaderFaults(path: string, headers: Headers): HeaderFinding[] {
  const findings: HeaderFinding[] = [];
  for (const [name, value] of headersOf(path)) {
    const found = headers.get(name) ?? '';
    if (normalize(found) !== normalize(value)) findings.push({ name, expected: value, found });
  }
  const type = typeOf[path.slice(path.lastIndexOf('.') + 1)];
  const foundType = headers.get('content-type') ?? '';
  if (type !== undefined && foundType.split(';')[0]?.trim().toLowerCase() !== type)
    findings.push({ name: 'content-type', expected: type, found: foundType });
  for (const name of webHeadersRefused) {
    const found = headers.get(name);
    if (found !== null) findings.push({ name, expected: '', found });
  }
  return findings;
}

/** Directives of a policy may be spaced as one likes; their order and words are ours. */
function normalize(text: string): string {
  return text
    .split(';')
    .map((part) => part.trim().replace(/\s+/gu, ' '))
    .filter((part) => part !== '')
    .join('; ');
}
