import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row of the catalogue. */
export interface Attack {
  readonly id: string;
  readonly title: string;
  /** What the hostile server or member alters. */
  readonly mutated: string;
  /** Codes of the refusals that are right. */
  readonly expected: readonly string[];
  /** Files that have tests which begin with the id; without the defence each of them has one that fails. */
  readonly tests: readonly string[];
}

/** tests/hostile/attacks.json, which other implementers may use too. */
export const attacks: readonly Attack[] = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../attacks.json'), 'utf8')) as {
    readonly attacks: readonly Attack[];
  }
).attacks;

/** The row of an id. */
export function getAttack(id: string): Attack {
  const found = attacks.find((attack) => attack.id === id);
  if (found === undefined) throw new Error(`${id} is not in attacks.json`);
  return found;
}
