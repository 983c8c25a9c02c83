/**
 * JSON-lines log. A line is an event and allow-listed fields that hold ids and numbers; there is no way to log a free text,
 * so that no content, name or key reaches a log by mistake.
 */
import type { Clock } from './clock.ts';

/** The fields a line may have. */
export type LogFields = {
  readonly requestId?: string;
  readonly endpoint?: string;
  readonly status?: number;
  readonly code?: string;
  readonly ledger?: string;
  readonly index?: number;
  readonly count?: number;
  readonly durationMs?: number;
  readonly port?: number;
  readonly exitCode?: number;
  readonly job?: string;
  /** Name and place of an error of ours that should not happen: class name and code position, never its message. */
  readonly where?: string;
};

/** What a line is about. */
export type LogEvent =
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'request'
  | 'failed'
  | 'warden.started'
  | 'warden.gone'
  | 'ledger.voided'
  | 'restore-mode'
  | 'job'
  | 'tls.taken'
  | 'tls.renewed'
  | 'tls.refused'
  | 'witness.late'
  | 'witness.back'
  | 'witness.failed'
  | 'time-stamp.failed'
  | 'web.loaded'
  | 'web.refused'
  | 'unsafe-test';

/** Writes lines. */
export interface Log {
  write(event: LogEvent, fields?: LogFields): void;
}

/** A log that hands each line to `sink`. */
export function createLog(clock: Clock, sink: (line: string) => void): Log {
  return {
    write(event, fields = {}) {
      sink(`${JSON.stringify({ at: clock.nowMs(), event, ...fields })}\n`);
    },
  };
}

/** Where an unexpected error was thrown: its class and the first frame, without its message, which may hold data. */
export function describeError(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const frame = /\/((?:apps|packages)\/[\w./-]+:\d+)/.exec(cause.stack ?? '')?.[1] ?? '';
  const inner = cause.cause instanceof Error ? `<${describeError(cause.cause)}` : '';
  return `${cause.constructor.name}@${frame}${inner}`.slice(0, 200);
}
