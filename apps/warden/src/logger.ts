/** JSON lines with an event name and fields from a closed list. Content, names and keys have no field to stand in. */
import type { Clock } from './clock.ts';

const fieldNames = [
  'ledger',
  'disposal',
  'code',
  'op',
  'step',
  'reason',
  'count',
  'size',
  'generation',
  'hour',
  'level',
  'fileSystem',
  'pid',
  'port',
  'ms',
] as const;

type LogFields = { readonly [K in (typeof fieldNames)[number]]?: string | number | undefined };

export interface Logger {
  log(event: string, fields?: LogFields): void;
}

const valuePattern = /^[A-Za-z0-9_.:-]{0,64}$/;

/** A logger over a sink of lines. A text that is no id or code is written as `?`. */
export function createLogger(clock: Pick<Clock, 'nowMs'>, write: (line: string) => void): Logger {
  return {
    log(event, fields = {}) {
      const line: Record<string, string | number> = { timeMs: clock.nowMs(), event };
      for (const name of fieldNames) {
        const value = fields[name];
        if (typeof value === 'number') line[name] = value;
        else if (typeof value === 'string') line[name] = valuePattern.test(value) ? value : '?';
      }
      write(`${JSON.stringify(line)}\n`);
    },
  };
}
