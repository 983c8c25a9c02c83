/** JSON-lines log: an event and fields of a closed list. Origins are names of ledgers; entries never come here. */
import type { Clock } from '@strongroom/server/listening';

/** What a line is about. */
type WitnessEvent =
  | 'witness.started'
  | 'witness.cosigned'
  | 'witness.introduced'
  | 'witness.refused'
  | 'witness.failed'
  | 'tls.taken'
  | 'tls.renewed'
  | 'tls.refused';

type WitnessFields = {
  readonly origin?: string;
  readonly size?: number;
  readonly status?: number;
  readonly code?: string;
  readonly port?: number;
};

/** Writes lines. */
export interface WitnessLog {
  write(event: WitnessEvent, fields?: WitnessFields): void;
}

/** A log that hands each line to `sink`. */
export function createWitnessLog(clock: Pick<Clock, 'nowMs'>, sink: (line: string) => void): WitnessLog {
  return {
    write(event, fields = {}) {
      sink(`${JSON.stringify({ at: clock.nowMs(), event, ...fields })}\n`);
    },
  };
}
