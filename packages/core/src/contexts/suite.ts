import { IntegrityError } from '../errors/index.ts';

/** The one suite there is (docs/spec/bytes.md section 1). It stands in every object, inside what is authenticated. */
export const suite = 1;

/** Refuses any other suite, also for reading. @throws IntegrityError SUITE_REFUSED */
export function assertSuite(value: number): void {
  if (value !== suite) throw new IntegrityError('SUITE_REFUSED', { suite: value });
}
