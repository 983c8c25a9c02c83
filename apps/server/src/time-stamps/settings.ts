/** Whose time stamps the server asks for, by `timeStamps` of config.json. Without it nobody is asked. */
import { readFileSync } from 'node:fs';
import { InputError } from '@strongroom/core';
import type { Certificate } from './certificates.ts';
import { parseAuthorities } from './read-authorities.ts';

/** As config.json says it. */
export type TimeStampWish = {
  readonly url: string;
  /** A PEM file of the authorities that are trusted. */
  readonly authorities: string;
  /** 1 to 168; absent: 24. */
  readonly everyHours?: number;
};

/** As the server goes by it. */
export type TimeStampSettings = {
  readonly url: string;
  readonly authorities: readonly Certificate[];
  readonly everyMs: number;
};

const everyHoursDefault = 24;
const everyHoursMax = 168;
const hourMs = 3_600_000;

/** Whether a value of config.json has the shape of a wish. */
export function isTimeStampWish(value: unknown): value is TimeStampWish {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { url, authorities, everyHours, ...others } = value as Record<string, unknown>;
  const isText = (one: unknown): boolean => typeof one === 'string' && one !== '';
  const isHours =
    everyHours === undefined ||
    (Number.isInteger(everyHours) && Number(everyHours) >= 1 && Number(everyHours) <= everyHoursMax);
  return Object.keys(others).length === 0 && isText(url) && isText(authorities) && isHours;
}

/**
 * Reads what a wish names.
 * @throws InputError CONFIG_INVALID (reason: `time-stamps-url`, `time-stamps-authorities-file`, `time-stamps-authorities`)
 */
export function readTimeStampSettings(wish: TimeStampWish): TimeStampSettings {
  const url = readUrl(wish.url);
  let pem: string;
  try {
    pem = readFileSync(wish.authorities, 'utf8');
  } catch (cause) {
    throw new InputError('CONFIG_INVALID', { reason: 'time-stamps-authorities-file' }, { cause });
  }
  const authorities = parseAuthorities(pem);
  if (authorities === undefined)
    throw new InputError('CONFIG_INVALID', { reason: 'time-stamps-authorities' });
  return { url, authorities, everyMs: (wish.everyHours ?? everyHoursDefault) * hourMs };
}

/** `http` too: many authorities speak nothing else, the answer is signed, and the question is a hash. */
function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new InputError('CONFIG_INVALID', { reason: 'time-stamps-url' });
  return url.href;
}
