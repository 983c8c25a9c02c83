/** What a served bundle is by what the firm stands by. */
import type { BundleFile } from '@strongroom/protocol';
import type { Difference, ServedBundle } from './check-served.ts';

/** A statement, newest first in its list. */
export interface Stated {
  readonly number: number;
  readonly hash: string;
}

/** What counts: the ledger's statements, a hash on paper, or a build of one's own. */
export type Expectation =
  | { readonly from: 'ledger'; readonly rows: readonly Stated[] }
  | { readonly from: 'paper'; readonly hash: string }
  | {
      readonly from: 'build';
      readonly number: number;
      readonly hash: string;
      readonly files: readonly BundleFile[];
    };

/** The verdict. `older`: signed once, and no longer the newest. */
export interface Judgement {
  readonly state: 'good' | 'older' | 'differs';
  readonly expected: { readonly number?: number; readonly hash: string } | undefined;
  readonly differences: readonly Difference[];
  /** The files are as the server's own list says, and the list is not the one signed: only one's own build can say which file it is. */
  readonly isListOnly: boolean;
}

/** Every difference refuses; without one, the hash decides. */
export function judgeServed(served: ServedBundle, expectation: Expectation): Judgement {
  const expected = expectation.from === 'ledger' ? expectation.rows[0] : expectation;
  const differences = [...served.differences];
  const older =
    expectation.from === 'ledger' ? expectation.rows.find(({ hash }) => hash === served.hash) : undefined;
  const isSame = expected !== undefined && served.hash === expected.hash;
  const isOlder = !isSame && older !== undefined;
  const isListOnly = !isSame && !isOlder && differences.length === 0;
  if (!isSame && !isOlder)
    differences.push({
      file: 'bundle.json',
      kind: 'hash',
      ...(expected === undefined ? {} : { expected: expected.hash }),
      ...(served.hash === undefined ? {} : { found: served.hash }),
    });
  // The number that a server claims must be the one that was signed with the hash.
  const stated = isSame ? expected : older;
  const number = stated !== undefined && 'number' in stated ? stated.number : undefined;
  if (number !== undefined && served.number !== number)
    differences.push({
      file: 'bundle.json',
      kind: 'list',
      expected: String(number),
      found: String(served.number ?? ''),
    });
  const state = differences.length > 0 ? 'differs' : isSame ? 'good' : 'older';
  return {
    state,
    expected:
      expected === undefined
        ? undefined
        : { hash: expected.hash, ...('number' in expected ? { number: expected.number } : {}) },
    differences,
    isListOnly,
  };
}
