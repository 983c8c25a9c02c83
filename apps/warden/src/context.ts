/** What the platform gives the warden, built once in main. */
import type { NodeEngine } from '@strongroom/core/node';
import type { Clock } from './clock.ts';
import type { PartKeeper } from './level/part-keeper.ts';
import type { Logger } from './logger.ts';
import type { CopyStatus } from './protocol/messages.ts';
import type { WardenSettings } from './settings.ts';
import type { StandbyLink } from './standby/standby-link.ts';
import type { FaultPoints } from './test-control/fault-points.ts';
import type {
  CopyFaultPoint,
  LevelFaultPoint,
  StandbyFaultPoint,
  StartFaultPoint,
  WardenFaultPoint,
} from './warden-fault-points.ts';

export type WardenContext = {
  /** The warden's own directory. */
  readonly home: string;
  readonly engine: NodeEngine;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly faults: FaultPoints<
    WardenFaultPoint | StandbyFaultPoint | StartFaultPoint | CopyFaultPoint | LevelFaultPoint
  >;
  readonly settings: WardenSettings;
  readonly isTestControlled: boolean;
  /** The warden that acknowledges what this one does; absent: none is set. */
  readonly standby?: StandbyLink;
  /** Gathers the state key's further parts once for the process; absent: at each opening. */
  readonly parts?: PartKeeper;
  /** How the disaster copy is; absent: nobody keeps one. */
  readonly findCopy?: () => CopyStatus | null;
};
