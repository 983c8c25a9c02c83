import { DependencyError } from '@strongroom/core';
import { expect, it } from 'vitest';
import type { OpenedFile } from '../keys/contract.ts';
import { followOpening } from './follow-opening.ts';
import type { Opening } from './follow-opening.ts';
import type { Why } from './opening-why.ts';

it('tries again with the purpose and the reason of the opening that failed', async () => {
  const asked: Why[] = [];
  const told: Opening[] = [];
  const cut = new DependencyError('SERVER_UNREACHABLE');
  const file = { name: 'Will.pdf' } as OpenedFile;
  const ask = async (why: Why): Promise<OpenedFile> => {
    asked.push(why);
    if (asked.length === 1) throw cut;
    return file;
  };
  const why: Why = { purpose: 'audit', reason: 'Spot check' };
  await followOpening(ask, why, (opening) => told.push(opening));
  const failed = told.at(-1);
  expect(failed).toEqual({ kind: 'failed', error: cut, why });
  if (failed?.kind !== 'failed') throw new Error('it did not fail');
  await followOpening(ask, failed.why, (opening) => told.push(opening));
  expect(asked).toEqual([why, why]);
  expect(told.map(({ kind }) => kind)).toEqual(['opening', 'failed', 'opening', 'open']);
});

it('says nothing of a document any more when another one is looked at', async () => {
  const told: Opening[] = [];
  let looksAt = 'will';
  const answered = Promise.withResolvers<Pick<OpenedFile, 'name'>>();
  const why: Why = { purpose: 'work' };
  const done = followOpening(
    async () => (await answered.promise) as OpenedFile,
    why,
    (opening) => told.push(opening),
    () => looksAt === 'will',
  );
  looksAt = 'deed';
  answered.resolve({ name: 'Will.pdf' });
  await done;
  expect(told.map(({ kind }) => kind)).toEqual(['opening']);
});
