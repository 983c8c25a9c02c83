/**
 * The one Trusted Types policy of the app. It turns addresses of our own scripts into what `new Worker` takes, and nothing else: it makes
 * no markup and no script text.
 */

/** The part of Trusted Types that is used; absent in engines without it. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

const developmentPaths = ['/src/', '/@', '/node_modules/', '/apps/', '/packages/'];

/** @throws TypeError for an address that is not a script of this app */
export function assertOwnScript(url: string, origin: string, isDevelopment: boolean): string {
  const parsed = new URL(url, origin);
  const isOurs =
    parsed.origin === origin &&
    (parsed.pathname.startsWith('/assets/') ||
      (isDevelopment && developmentPaths.some((path) => parsed.pathname.startsWith(path))));
  if (!isOurs) throw new TypeError('not a script of this app');
  return parsed.href;
}

let policy: { createScriptURL(url: string): unknown } | undefined;

/** The address of one of our scripts, as `new Worker` and `new SharedWorker` take it. */
export function scriptUrl(url: string): string {
  policy ??= makePolicy();
  return policy.createScriptURL(url) as string;
}

function makePolicy(): { createScriptURL(url: string): unknown } {
  const rules = {
    createScriptURL: (url: string) => assertOwnScript(url, location.origin, import.meta.env.DEV),
  };
  const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
  return factory?.createPolicy('strongroom', rules) ?? rules;
}
