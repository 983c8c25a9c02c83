/** What a command has that works on a home which no warden serves: the system's clock, no log, no faults, the settings that nobody set. */
import type { NodeEngine } from '@strongroom/core/node';
import { createSystemClock } from './clock.ts';
import type { WardenContext } from './context.ts';
import { createLogger } from './logger.ts';
import { parseSettings } from './settings.ts';
import { createIdleFaultPoints } from './test-control/fault-points.ts';

export function createUnservedContext(
  engine: NodeEngine,
  home: string,
  faults: WardenContext['faults'] = createIdleFaultPoints(),
): WardenContext {
  const clock = createSystemClock();
  return {
    home,
    engine,
    clock,
    logger: createLogger(clock, () => undefined),
    faults,
    settings: parseSettings(undefined),
    isTestControlled: false,
  };
}
