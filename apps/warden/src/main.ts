/**
 * The warden's process: `main.ts --home DIR [--socket PATH [--share-socket]] [--listen HOST:PORT] [--end-with-stdin] [--test-control SOCKET]`.
 * Builds the context, opens the home, listens.
 * The exit code is 0 after SIGTERM or SIGINT, 1 when the home cannot be opened, 2 for a wrong command line.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Server } from 'node:tls';
import { parseArgs } from 'node:util';
import { InputError, IntegrityError, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { createControllableClock, createSystemClock } from './clock.ts';
import type { WardenContext } from './context.ts';
import { CopyKeeper } from './copy/copy-keeper.ts';
import { describeFileSystem, isOverwritingReal } from './file-system.ts';
import { PartKeeper } from './level/part-keeper.ts';
import type { WardenAddress } from './link/connect-link.ts';
import { parseAddress, readCredentials } from './link/credentials.ts';
import { createLinkServer } from './link/link-server.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { WardenHost } from './protocol/dispatch.ts';
import type { Served } from './protocol/dispatch.ts';
import { startSocketServer } from './protocol/socket-server.ts';
import type { SocketServer } from './protocol/socket-server.ts';
import { parseSettings } from './settings.ts';
import type { StandbyWish, WardenSettings } from './settings.ts';
import { connectStandby } from './standby/connect-standby.ts';
import { openKeptRefusal } from './standby/kept-refusal.ts';
import { StandbyLink } from './standby/standby-link.ts';
import { lockHome } from './storage/home-lock.ts';
import { createFaultPoints, createIdleFaultPoints } from './test-control/fault-points.ts';
import { armForStart, assertTestEnvironment, startTestControl } from './test-control/test-control.ts';
import { Warden } from './warden.ts';
import {
  copyFaultPoints,
  standbyFaultPoints,
  startFaultPoints,
  wardenFaultPoints,
} from './warden-fault-points.ts';
import type {
  CopyFaultPoint,
  LevelFaultPoint,
  StandbyFaultPoint,
  StartFaultPoint,
  WardenFaultPoint,
} from './warden-fault-points.ts';

const dueIntervalMs = 1_000;
/** A standby that has not answered by then is gone. */
const standbyMsMax = 10_000;

type FaultPoint = WardenFaultPoint | StandbyFaultPoint | StartFaultPoint | CopyFaultPoint | LevelFaultPoint;

type Options = {
  readonly home: string;
  readonly socket: string | undefined;
  /** The socket's group may connect. */
  readonly isShared: boolean;
  /** For other machines. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly testControl: string | undefined;
  /** Whoever started us holds our stdin: when it closes, he is gone, and we end as by SIGTERM. */
  readonly endsWithStdin: boolean;
};

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        home: { type: 'string' },
        socket: { type: 'string' },
        'share-socket': { type: 'boolean', default: false },
        listen: { type: 'string' },
        'test-control': { type: 'string' },
        'end-with-stdin': { type: 'boolean', default: false },
      },
    });
    const { home, socket, 'test-control': testControl, 'end-with-stdin': endsWithStdin } = values;
    const listen = values.listen === undefined ? undefined : parseAddress(values.listen);
    if (home === undefined || (socket === undefined && listen === undefined)) return undefined;
    if (values.listen !== undefined && listen === undefined) return undefined;
    return { home, socket, isShared: values['share-socket'], listen, testControl, endsWithStdin };
  } catch {
    return undefined;
  }
}

async function main(options: Options): Promise<void> {
  process.umask(0o077);
  const isTestControlled = options.testControl !== undefined;
  const clock = isTestControlled ? createControllableClock() : undefined;
  const logger = createLogger(clock ?? createSystemClock(), (line) => process.stdout.write(line));
  const faults = isTestControlled
    ? createFaultPoints<FaultPoint>(
        [...wardenFaultPoints, ...standbyFaultPoints, ...startFaultPoints, ...copyFaultPoints],
        {
          kill: () => process.kill(process.pid, 'SIGKILL'),
          sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        },
      )
    : createIdleFaultPoints<FaultPoint>();
  try {
    if (isTestControlled) assertTestEnvironment(process.env);
    if (options.testControl !== undefined) armForStart(options.testControl, faults);
    mkdirSync(options.home, { recursive: true, mode: 0o700 });
    chmodSync(options.home, 0o700);
    const lock = lockHome(join(options.home, 'lock'));
    const settingsPath = join(options.home, 'settings.json');
    const settings = parseSettings(existsSync(settingsPath) ? readFileSync(settingsPath, 'utf8') : undefined);
    const fileSystem = await describeFileSystem(options.home);
    if (!isOverwritingReal(fileSystem)) logger.log('home.overwriting-unsure', { fileSystem });
    const standby = openStandbyLink(options.home, settings, logger);
    const parts = { home: options.home, engine: createNodeEngine(), clock: clock ?? createSystemClock() };
    const keeper = await CopyKeeper.open({ ...parts, logger, faults });
    const context: WardenContext = {
      ...parts,
      parts: new PartKeeper(parts),
      logger,
      faults,
      settings,
      isTestControlled,
      ...(standby === undefined ? {} : { standby }),
      findCopy: () => keeper.status(),
    };
    const open = (): Promise<Served> => Warden.open(context);
    const host = new WardenHost(
      {
        open,
        log: (event, fields) => logger.log(event, fields),
        onLost: () => {
          logger.log('home.lost');
          process.exit(1);
        },
      },
      await open(),
    );
    const runDue = async (): Promise<void> => {
      await host
        .run(async (warden) => {
          if (warden instanceof Warden) await warden.joinStandby();
          await warden.runDue();
          await warden.readAhead();
        })
        .catch((error: unknown) => {
          logger.log('due.failed', { code: error instanceof StrongroomError ? error.code : 'WARDEN_FAILED' });
        });
    };
    const copy = async (): Promise<void> => {
      await keeper.run({
        describe: () =>
          host.run(async (warden) => (warden instanceof Warden ? warden.describeCopy() : undefined)),
        take: () =>
          host.run(async (warden) => (warden instanceof Warden ? await warden.takeCopy() : undefined)),
      });
    };
    const control =
      clock === undefined || options.testControl === undefined
        ? undefined
        : await startTestControl({
            socketPath: options.testControl,
            environment: process.env,
            clock,
            faults,
            onClockMoved: async () => {
              await runDue();
              await copy();
            },
          });
    if (control !== undefined) {
      logger.log('test-control.on');
      process.stderr.write(
        'UNSAFE: test control is on; the clock can be moved and faults can be injected.\n',
      );
    }
    // A standby is met before anybody can ask for what needs it.
    if (standby !== undefined) await runDue();
    const server = await startSocketServer({
      socketPath: options.socket,
      isShared: options.isShared,
      // A socket that a group shares is the server's: wardens come to one another by the link, with keys.
      answer: (frame) => host.answer(frame, options.isShared ? 'server' : 'any'),
    });
    const port =
      options.listen === undefined ? undefined : await listenForOthers(options.listen, server, host, context);
    const timer = setInterval(() => {
      void runDue();
      void copy();
    }, dueIntervalMs);
    const stop = async (): Promise<void> => {
      clearInterval(timer);
      port?.close();
      await server.close();
      await control?.close();
      await keeper.settle();
      await host.close();
      await standby?.client.close();
      lock.close();
      process.exit(0);
    };
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
    if (options.endsWithStdin) {
      // Nobody reads the log any more either.
      process.stdout.on('error', () => undefined);
      process.stdin.once('close', () => void stop()).resume();
    }
    const at = port?.address();
    logger.log('warden.listening', {
      pid: process.pid,
      ...(typeof at === 'object' && at !== null ? { port: at.port } : {}),
    });
  } catch (error) {
    const isOurs = error instanceof StrongroomError;
    const details = isOurs ? error.details : {};
    logger.log('warden.refused-to-start', {
      code: isOurs ? error.code : 'WARDEN_FAILED',
      ...(typeof details['file'] === 'string' ? { reason: details['file'] } : {}),
      ...(typeof details['part'] === 'string' ? { reason: details['part'] } : {}),
      ...(typeof details['step'] === 'string' ? { step: details['step'] } : {}),
    });
    if (!isOurs && process.env['STRONGROOM_UNSAFE_TEST'] === '1') process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
    process.exit();
  }
}

/** The way to the standby that the settings name. @throws InputError WARDEN_LINK_INVALID; IntegrityError WARDEN_ROLLED_BACK */
function openStandbyLink(
  home: string,
  { standby, continueAlone }: WardenSettings,
  logger: Logger,
): StandbyLink | undefined {
  const refusal = openKeptRefusal(home);
  if (standby === undefined) {
    // What its standby knew of it does not end with the name of the standby.
    if (refusal.isKept) throw new IntegrityError('WARDEN_ROLLED_BACK');
    return undefined;
  }
  if (refusal.isKept) logger.log('standby.refusal-kept');
  const client = connectStandby(readStandbyAddress(home, standby), {
    deadline: {
      ms: standbyMsMax,
      schedule(delayMs, work) {
        const timer = setTimeout(work, delayMs);
        return () => clearTimeout(timer);
      },
    },
  });
  return new StandbyLink({ client, continuesAlone: continueAlone, logger, refusal });
}

function readStandbyAddress(home: string, wish: StandbyWish): WardenAddress {
  if ('socket' in wish) return resolve(home, wish.socket);
  const at = parseAddress(wish.address);
  if (at === undefined) throw new InputError('WARDEN_LINK_INVALID', { reason: 'address' });
  return { ...at, pin: wish.pin, credentials: readCredentials(resolve(home, wish.credentials)) };
}

/** Opens the port for other machines; whoever comes through it is served like the socket's callers. */
async function listenForOthers(
  { host, port }: { readonly host: string; readonly port: number },
  server: SocketServer,
  warden: WardenHost,
  { home, logger }: WardenContext,
): Promise<Server> {
  const opened = createLinkServer({
    home,
    logger,
    onPeer: (socket, use) => server.serve(socket, (frame) => warden.answer(frame, use)),
  });
  await new Promise<void>((resolve, reject) => {
    opened.once('error', reject);
    opened.listen(port, host, resolve);
  });
  return opened;
}

const options = readOptions();
if (options === undefined) {
  process.stderr.write(
    'usage: main.ts --home DIR [--socket PATH [--share-socket]] [--listen HOST:PORT] [--end-with-stdin] [--test-control SOCKET]\n',
  );
  process.exit(2);
}
await main(options);
