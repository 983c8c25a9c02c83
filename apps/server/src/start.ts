/** Builds a server out of its parts, in the order in which they need each other, and takes it apart again. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { DependencyError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import {
  createControllableClock,
  createFaultPoints,
  createIdleFaultPoints,
  startTestControl,
} from '@strongroom/warden';
import type { FaultPoints, TestControl } from '@strongroom/warden';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { ServerContext } from './context.ts';
import { serverFaultPoints } from './fault-points.ts';
import type { ServerFaultPoint } from './fault-points.ts';
import { handlers } from './features/index.ts';
import { makeFirstRunCode } from './features/firm/index.ts';
import { openHome } from './home.ts';
import { createApp } from './http/app.ts';
import { startJobs } from './jobs/jobs.ts';
import type { Jobs } from './jobs/jobs.ts';
import { createLog } from './log.ts';
import { openOpaqueServer } from './opaque.ts';
import { openLedgers } from './sequencer/index.ts';
import { openVaultFolders } from './storage/index.ts';
import { createWardenLink } from './warden-link.ts';

/** How a server is started. */
export type ServerOptions = {
  readonly home: string;
  /** 0 lets the system choose; absent: what config.json says. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Gets each log line; absent: nothing is logged. */
  readonly onLog?: (line: string) => void;
  /** Path of the test control socket; needs STRONGROOM_UNSAFE_TEST=1. The warden's gets `.warden` at the end. */
  readonly testControl?: string;
};

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** The one-time code, while there is no firm. */
  readonly firstRunCode: string | undefined;
  readonly context: ServerContext;
  readonly jobs: Jobs;
  close(): Promise<void>;
}

const version = '0.1.0';
const closeGraceMs = 5_000;

/**
 * Starts a server on loopback.
 * @throws DependencyError HOME_NOT_WRITABLE, HOME_IN_USE, PORT_IN_USE, DATABASE_NEWER, WARDEN_UNREACHABLE; InputError CONFIG_INVALID,
 * PLAINTEXT_BEYOND_LOOPBACK
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function build(
  options: ServerOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const home = openHome(options.home);
  closers.push(() => home.release());
  const test = options.testControl === undefined ? undefined : await controlByTest(options.testControl);
  const clock: Clock = test?.clock ?? options.clock ?? systemClock;
  const faults: FaultPoints<ServerFaultPoint> = test?.faults ?? createIdleFaultPoints<ServerFaultPoint>();
  if (test !== undefined) closers.push(() => test.control.close());
  const log = createLog(clock, options.onLog ?? (() => undefined));
  if (test !== undefined) log.write('unsafe-test');

  const engine = createNodeEngine();
  const opaque = await openOpaqueServer(join(home.path, 'opaque-setup'));
  const folders = openVaultFolders(join(home.path, 'data'), {
    afterPartFsync: () => faults.hit('server.upload.after-part-fsync'),
  });
  closers.push(() => folders.close());
  const wardenControl = options.testControl === undefined ? undefined : `${options.testControl}.warden`;
  const warden = createWardenLink({
    home: join(home.path, 'warden'),
    testControl: wardenControl,
    clock,
    log,
  });
  const ledgers = await openLedgers({ folders, engine, clock, warden, faults, log });
  warden.onStart(() => ledgers.meetWarden());
  closers.push(() => warden.stop());
  await warden.start();

  const isUnsafeTest = process.env['STRONGROOM_UNSAFE_TEST'] === '1';
  const context: ServerContext = {
    engine,
    clock,
    log,
    folders,
    warden,
    ledgers,
    opaque,
    faults,
    home: home.path,
    version,
    isUnsafeTest,
  };
  const jobs = startJobs(context);
  closers.push(() => jobs.stop());
  const firstRunCode = ledgers.officeState.firm === undefined ? await makeFirstRunCode(context) : undefined;
  const port = await listen(context, options.port ?? home.config.port, closers);
  log.write('started', { port });
  return { url: `http://127.0.0.1:${port}`, firstRunCode, context, jobs, close };
}

async function listen(
  context: ServerContext,
  port: number,
  closers: (() => Promise<void> | void)[],
): Promise<number> {
  const app = createApp(context, handlers);
  const server = createServer(
    { requestTimeout: 300_000, headersTimeout: 20_000, maxHeaderSize: 16_384 },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new DependencyError('PORT_IN_USE', { port }, { cause }) : cause);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  closers.push(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const cancel = context.clock.schedule(closeGraceMs, () => server.closeAllConnections());
    await closed;
    cancel();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** A clock and fault points that a test moves through a socket. */
async function controlByTest(
  socketPath: string,
): Promise<{ clock: Clock; faults: FaultPoints<ServerFaultPoint>; control: TestControl }> {
  const movable = createControllableClock(systemClock);
  const clock: Clock = {
    nowMs: () => movable.nowMs(),
    monotonicMs: () => movable.monotonicMs(),
    schedule: (delayMs, work) => systemClock.schedule(delayMs, work),
  };
  const faults = createFaultPoints(serverFaultPoints, {
    kill: () => process.kill(process.pid, 'SIGKILL'),
    sleep: (ms) => new Promise((resolve) => void clock.schedule(ms, resolve)),
  });
  const control = await startTestControl({ socketPath, environment: process.env, clock: movable, faults });
  return { clock, faults, control };
}
