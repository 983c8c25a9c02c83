/** Builds a server out of its parts, in the order in which they need each other, and takes it apart again. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
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
import { listen } from './listening/listen.ts';
import { openTls } from './listening/open-tls.ts';
import { planListening } from './listening/reach.ts';
import type { ListenWishes } from './listening/reach.ts';
import type { OwnAuthority } from './listening/tls-keeper.ts';
import { createLog } from './log.ts';
import { assertNoRestoreBegun, openPendingStatement } from './pending-statement.ts';
import { openOpaqueServer } from './opaque.ts';
import { openLedgers } from './sequencer/index.ts';
import { openVaultFolders } from './storage/index.ts';
import { readTimeStampSettings } from './time-stamps/settings.ts';
import { createTimeStamps } from './time-stamps/time-stamps.ts';
import { createWardenLink } from './warden-link.ts';
import { openWebRoot } from './web/web-root.ts';
import { createPolicySource, createWitnesses, readWitnessPolicy } from './witnesses/index.ts';

/** How a server is started. */
export type ServerOptions = {
  readonly home: string;
  /** 0 lets the system choose; absent: what config.json says. */
  readonly port?: number;
  /** What goes before the entries of config.json. */
  readonly listening?: ListenWishes;
  /** Folder of the built web app; absent: that of this repository. */
  readonly webRoot?: string;
  readonly clock?: Clock;
  /** Gets each log line; absent: nothing is logged. */
  readonly onLog?: (line: string) => void;
  /** Path of the test control socket; needs STRONGROOM_UNSAFE_TEST=1. The warden's gets `.warden` at the end. */
  readonly testControl?: string;
};

/** A running server. */
export interface RunningServer {
  /** The address that people use; behind a proxy the proxy's. */
  readonly url: string;
  /** The port that it listens at. */
  readonly port: number;
  /** The one-time code, while there is no firm. */
  readonly firstRunCode: string | undefined;
  /** Where it has a certificate authority of its own: what people have to trust. */
  readonly authority: OwnAuthority | undefined;
  readonly context: ServerContext;
  readonly jobs: Jobs;
  close(): Promise<void>;
}

const version = '0.1.0';
const webRootDefault = fileURLToPath(new URL('../../web/dist', import.meta.url));

/**
 * Starts a server: on loopback, or beyond it with TLS.
 * @throws DependencyError HOME_NOT_WRITABLE, HOME_IN_USE, PORT_IN_USE, DATABASE_NEWER, WARDEN_UNREACHABLE; InputError CONFIG_INVALID
 * and what planListening, openTlsFiles and openOwnAuthority throw
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
  assertNoRestoreBegun(options.home);
  const home = openHome(options.home);
  closers.push(() => home.release());
  // What is wrong with the wishes is said before anything is started.
  const listening = planListening({
    ...home.config,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...options.listening,
  });
  const test = options.testControl === undefined ? undefined : await controlByTest(options.testControl);
  const clock: Clock = test?.clock ?? options.clock ?? systemClock;
  const faults: FaultPoints<ServerFaultPoint> = test?.faults ?? createIdleFaultPoints<ServerFaultPoint>();
  if (test !== undefined) closers.push(() => test.control.close());
  const log = createLog(clock, options.onLog ?? (() => undefined));
  if (test !== undefined) log.write('unsafe-test');

  const engine = createNodeEngine();
  const { witnesses: policyFile, witnessesRead: readers = [] } = home.config;
  const policyOf = createPolicySource(
    engine,
    policyFile === undefined ? undefined : readWitnessPolicy(engine, policyFile),
  );
  const { timeStamps: stampWish } = home.config;
  const stampSettings = stampWish === undefined ? undefined : readTimeStampSettings(stampWish);
  const tls = openTls({
    reach: listening.reach,
    home: home.path,
    clock,
    randomBytes: (length) => engine.randomBytes(length),
  });
  const web = openWebRoot(options.webRoot ?? webRootDefault, clock, log);
  const opaque = await openOpaqueServer(join(home.path, 'opaque-setup'));
  const folders = openVaultFolders(join(home.path, 'data'), {
    afterPartFsync: () => faults.hit('server.upload.after-part-fsync'),
  });
  closers.push(() => folders.close());
  const wardenControl = options.testControl === undefined ? undefined : `${options.testControl}.warden`;
  const warden = createWardenLink({
    home: join(home.path, 'warden'),
    wish: home.config.warden,
    testControl: wardenControl,
    clock,
    log,
  });
  const restore = openPendingStatement(home.path, 'restore-statement');
  const promotion = openPendingStatement(home.path, 'promotion-statement');
  const ledgers = await openLedgers({ folders, engine, clock, warden, faults, log, restore, promotion });
  warden.onStart(() => ledgers.meetWarden());
  closers.push(() => warden.stop());
  await warden.start();

  const witnesses = createWitnesses({ policyOf, readers, ledgers, folders, warden, engine, clock, log });
  const timeStamps = createTimeStamps({ settings: stampSettings, ledgers, folders, engine, clock, log });
  const isUnsafeTest = process.env['STRONGROOM_UNSAFE_TEST'] === '1';
  const context: ServerContext = {
    engine,
    clock,
    log,
    folders,
    warden,
    ledgers,
    witnesses,
    timeStamps,
    opaque,
    faults,
    home: home.path,
    reach: listening.reach,
    tls,
    web,
    version,
    isUnsafeTest,
  };
  const jobs = startJobs(context);
  closers.push(() => jobs.stop());
  closers.push(() => witnesses.stop());
  closers.push(() => timeStamps.stop());
  const firstRunCode = ledgers.officeState.firm === undefined ? await makeFirstRunCode(context) : undefined;
  const app = createApp(context, handlers);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const listener = await listen({ listening, tls, answer, clock, log });
  closers.push(() => listener.close());
  log.write('started', { port: listener.port });
  const { url, port } = listener;
  return { url, port, firstRunCode, authority: tls?.authority, context, jobs, close };
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
