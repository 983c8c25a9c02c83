/** What pages and the worker that judges passwords say to each other. */
import type { Locale } from '@strongroom/texts';

/** 0 very weak to 4 strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** The fewest characters of a password; the device package refuses less. */
export const passwordLengthMin = 10;
/** What a first run asks for. */
export const strengthMin: Strength = 3;

export interface StrengthQuestion {
  readonly id: number;
  readonly password: string;
  readonly own: readonly string[];
  readonly locale: Locale;
}

export interface StrengthAnswer {
  readonly id: number;
  readonly strength: Strength;
}
