/** The rule of statements about the web application's code (docs/spec/statements.md section 4). */
import { compareBytes } from '@strongroom/core';
import type { BundlePublished } from '../bodies/index.ts';
import { newestBundle } from '../state/index.ts';
import { getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import type { VoidCode } from './verdict.ts';

/** How many statements the office keeps. */
export const bundlesKeptMax = 16;

/** How far a number may lie above the newest: one statement cannot use up all numbers there are. */
export const bundleStepMax = 1000;

/** Rules about the web application's code. */
export const bundleRules: Rules<'bundle.published'> = {
  'bundle.published': {
    check: checkBundle,
    apply: applyBundle,
  },
};

/** Makes a bundle the newest. */
export function applyBundle(
  context: Context,
  { number, hash, minimum }: Pick<BundlePublished, 'number' | 'hash' | 'minimum'>,
): void {
  const { office, index, entry } = context;
  const person = getSigner(context);
  const published = { number, hash, minimum, from: index, fromMs: entry.atMs, person };
  office.webBundles = [...(office.webBundles ?? []), published].slice(-bundlesKeptMax);
}

/** Whether a bundle may follow the newest. */
export function checkBundle(
  context: Context,
  body: Pick<BundlePublished, 'number' | 'hash' | 'minimum'>,
): VoidCode | undefined {
  if (!signerHas(context, 'administrator', 'owner')) return 'VOID_RIGHT';
  if (body.minimum > body.number) return 'VOID_FORM';
  const newest = newestBundle(context.office);
  if (body.number > (newest?.number ?? 0) + bundleStepMax) return 'VOID_LIMIT';
  if (newest === undefined) return undefined;
  if (body.number < newest.number || body.minimum < newest.minimum) return 'VOID_STATE';
  if (body.number > newest.number) return undefined;
  // The number of a bundle stands for its bytes; said again it can only raise the minimum.
  const isSame = compareBytes(body.hash, newest.hash) === 0;
  return isSame && body.minimum > newest.minimum ? undefined : 'VOID_STATE';
}
