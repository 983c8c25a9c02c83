/** What every feature is handed: the long-lived parts of one running server. Built in start.ts, owned there. */
import type { NodeEngine } from '@strongroom/core/node';
import type { FaultPoints } from '@strongroom/warden';
import type { Clock } from './clock.ts';
import type { ServerFaultPoint } from './fault-points.ts';
import type { Log } from './log.ts';
import type { OpaqueServer } from './opaque.ts';
import type { Reach } from './listening/reach.ts';
import type { TlsKeeper } from './listening/tls-keeper.ts';
import type { Ledgers } from './sequencer/index.ts';
import type { VaultFolders } from './storage/index.ts';
import type { TimeStamps } from './time-stamps/time-stamps.ts';
import type { WardenLink } from './warden-link.ts';
import type { WebRoot } from './web/web-root.ts';
import type { Witnesses } from './witnesses/index.ts';

export type ServerContext = {
  readonly engine: NodeEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly folders: VaultFolders;
  readonly warden: WardenLink;
  readonly ledgers: Ledgers;
  readonly witnesses: Witnesses;
  readonly timeStamps: TimeStamps;
  readonly opaque: OpaqueServer;
  readonly faults: FaultPoints<ServerFaultPoint>;
  readonly home: string;
  /** How people reach this server. */
  readonly reach: Reach;
  /** Who has its certificate, where TLS ends here. */
  readonly tls: TlsKeeper | undefined;
  readonly web: WebRoot;
  readonly version: string;
  readonly isUnsafeTest: boolean;
};
