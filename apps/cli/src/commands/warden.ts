/** The warden under a user of its own, or on another machine: installed, linked, looked at. Spec: docs/spec/warden.md section 9. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConflictError, InputError, encodeHex } from '@strongroom/core';
import type { CopyStatus, StatusAnswer } from '@strongroom/warden';
import { nameFolder } from './backup-inputs.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { formatTime } from '../output/format-time.ts';
import {
  assertPossible,
  giveToOwner,
  planInstall,
  planUninstall,
  runSteps,
  thisHost,
} from '../warden-service/install.ts';
import type { Step } from '../warden-service/install.ts';
import { assertVisible } from '../warden-service/part-visible.ts';
import { formatUnit, socketOf } from '../warden-service/unit.ts';
import { promoteCommand } from './warden-promote.ts';
import { levelCommand } from './warden-level.ts';
import { wardenCopyCommands } from './warden-copy.ts';

const user = 'strongroom-warden';
const homeDefault = '/var/lib/strongroom-warden';
const unitFolder = '/etc/systemd/system';
const portDefault = 8486;

export const wardenCommands: readonly CommandSpec[] = [
  {
    path: 'warden install',
    options: ['home', 'moveFrom', 'listen', 'port', 'network', 'standby', 'dryRun'],
    run: install,
  },
  { path: 'warden uninstall', options: ['home', 'moveTo', 'dryRun'], run: uninstall },
  { path: 'warden link', takes: ['<peer>'], options: ['home', 'at', 'standby', 'output'], run: link },
  { path: 'warden unlink', takes: ['<peer>'], options: ['home'], run: unlink },
  { path: 'warden status', options: ['home', 'socket'], run: showStatus },
  levelCommand,
  promoteCommand,
  ...wardenCopyCommands,
];

/** The warden's code is loaded by its own commands only. */
const loadWarden = async () => await import('@strongroom/warden');
const loadLinks = async () => await import('@strongroom/server/listening');

const findHome = ({ context }: Run, input: CommandInput): string =>
  resolve(context.cwd, input.text('home') ?? homeDefault);

async function install(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { parseAddress, readCopySettings, wardenProgram } = await loadWarden();
  const host = thisHost(context.userId);
  const home = findHome(run, input);
  const address = input.text('listen');
  const listen =
    address === undefined
      ? undefined
      : `${address.includes(':') ? `[${address}]` : address}:${input.number('port') ?? portDefault}`;
  if (listen !== undefined && parseAddress(listen) === undefined)
    throw new InputError('LISTEN_ADDRESS_INVALID');
  const moveFrom = input.text('moveFrom');
  const copy = await readCopySettings(moveFrom === undefined ? home : resolve(context.cwd, moveFrom));
  const plan = {
    user,
    home,
    runtimeFolder: user,
    node: process.execPath,
    program: wardenProgram,
    listen,
    unitFolder,
    isNetworked: input.flag('network'),
    isStandby: input.flag('standby'),
    writable: copy === undefined ? [] : [...new Set([copy.folder, copy.keyFolder ?? copy.folder])],
    moveFrom: moveFrom === undefined ? undefined : resolve(context.cwd, moveFrom),
  };
  const steps: readonly Step[] = planInstall(plan, host);
  await assertPartsVisible(plan.moveFrom ?? home, formatUnit(plan));
  if (input.flag('dryRun')) {
    const unit = formatUnit(plan);
    output.result({ steps: steps.map(describe), unit }, () => {
      output.line(output.t('cli.warden.dry'));
      showSteps(run, steps);
      output.line(unit);
    });
    return;
  }
  assertPossible(host);
  const links = steps.findIndex(({ name }) => name === 'unit');
  runSteps(steps.slice(0, links));
  if (listen !== undefined) {
    const { prepareLinks } = await loadLinks();
    prepareLinks(await linkParts(run, home));
    giveToOwner(home, join(home, 'link'));
  }
  runSteps(steps.slice(links));
  const socket = socketOf(user);
  output.result({ home, socket, user, listen: listen ?? null }, () => {
    showSteps(run, steps);
    output.line(output.t('cli.warden.install.done', { user }));
    if (listen === undefined) {
      output.line(output.t('cli.warden.install.next-socket', { user }));
      output.line(JSON.stringify({ warden: { socket } }));
    } else output.line(output.t('cli.warden.install.next-link'));
  });
}

async function uninstall(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const host = thisHost(context.userId);
  const home = findHome(run, input);
  const to = input.text('moveTo');
  const moveTo = to === undefined ? undefined : resolve(context.cwd, to);
  const steps = planUninstall({ user, home, unitFolder, moveTo }, host);
  const isDry = input.flag('dryRun');
  if (!isDry) {
    assertPossible(host);
    runSteps(steps);
  }
  output.result({ steps: steps.map(describe) }, () => {
    if (isDry) output.line(output.t('cli.warden.dry'));
    showSteps(run, steps);
    if (!isDry && moveTo === undefined) output.line(output.t('cli.warden.uninstall.stays', { home }));
  });
}

async function link(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { addLink, prepareLinks } = await loadLinks();
  const home = findHome(run, input);
  if (!existsSync(home)) throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  const file = resolve(context.cwd, input.text('output') ?? `${input.argument(0)}.pem`);
  if (existsSync(file)) throw new ConflictError('TARGET_EXISTS');
  const isStandby = input.flag('standby');
  const parts = await linkParts(run, home);
  const pin = prepareLinks(parts);
  writeFileSync(file, addLink(parts, { name: input.argument(0), use: isStandby ? 'warden' : 'server' }), {
    mode: 0o600,
    flag: 'wx',
  });
  giveToOwner(home, join(home, 'link'));
  const address = input.text('at') ?? `HOST:${portDefault}`;
  const config = isStandby
    ? { standby: { address, pin, credentials: 'link/standby.pem' }, continueAlone: false }
    : { warden: { address, pin, credentials: 'warden-link.pem' } };
  output.result({ file, pin }, () => {
    output.line(
      output.t(isStandby ? 'cli.warden.link.done-standby' : 'cli.warden.link.done', { path: file }),
    );
    output.line(JSON.stringify(config));
    output.line(output.t(isStandby ? 'cli.warden.link.next-standby' : 'cli.warden.link.next'));
  });
}

async function unlink(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { removeLink } = await loadLinks();
  const home = findHome(run, input);
  if (!existsSync(home)) throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  if (!removeLink(home, input.argument(0))) throw new InputError('NAME_UNKNOWN');
  giveToOwner(home, join(home, 'link'));
  output.result({ name: input.argument(0) }, () => output.line(output.t('cli.warden.unlink.done')));
}

async function showStatus(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { connectWarden, readPeers } = await loadWarden();
  const home = findHome(run, input);
  const named = input.text('socket');
  const client = connectWarden(named === undefined ? socketOf(user) : resolve(context.cwd, named));
  try {
    const hello = await client.hello();
    const status = await client.getStatus();
    const peersFile = join(home, 'link', 'peers.json');
    const peers = canRead(peersFile) ? readPeers(peersFile) : [];
    const key = encodeHex(hello.publicKey);
    const entries = hello.ledgers.reduce((sum, { size }) => sum + size, 0);
    output.result({ ...status, key, entries, ledgers: hello.ledgers.length, peers }, () => {
      const rows: readonly (readonly [string, string])[] = [
        [output.t('cli.warden.status.role'), output.t(`cli.warden.role.${status.role}`)],
        [output.t('cli.warden.status.standby'), sayStandby(run, status)],
        [output.t('cli.warden.status.copy'), sayCopy(run, status.copy)],
        [output.t('cli.warden.status.number'), String(status.warden)],
        [output.t('cli.warden.status.key'), key],
        [output.t('cli.warden.status.level'), `${status.level}, ${status.fileSystem}`],
        [output.t('cli.warden.status.clock'), output.t(status.isClockTrusted ? 'cli.yes' : 'cli.no')],
        [output.t('cli.warden.status.lines'), String(entries)],
        [output.t('cli.warden.status.disposals'), String(status.disposals.length)],
        ...peers.map(({ name, pin }) => [output.t('cli.warden.status.peer', { name }), pin] as const),
      ];
      output.table(
        [{ heading: output.t('cli.column.what') }, { heading: output.t('cli.column.state') }],
        rows,
      );
    });
  } finally {
    await client.close();
  }
}

/** A home that is taken over may have a part of its key where its service does not see it. @throws InputError PART_FOLDER_HIDDEN */
async function assertPartsVisible(home: string, unit: string): Promise<void> {
  const { readPartList } = await loadWarden();
  const { sets } = await readPartList(home);
  for (const part of sets.flatMap(({ parts }) => parts))
    if (part.kind === 'file')
      try {
        assertVisible(unit, part.folder);
      } catch (error) {
        throw nameFolder(error, part.folder);
      }
}

/** How the second warden is; that it refused this one outlives its being away. */
function sayStandby({ output }: Run, { standby, isRefusalKept }: StatusAnswer): string {
  const isUnsettled = isRefusalKept && (standby === 'joining' || standby === 'gone');
  return output.t(isUnsettled ? 'cli.warden.standby.refused-before' : `cli.warden.standby.${standby}`);
}

/** When the newest disaster copy was made, and what keeps the next one from being made. */
function sayCopy({ output }: Run, copy: CopyStatus | null): string {
  if (copy === null) return output.t('cli.warden.standby.none');
  const { madeAtMs, failure } = copy;
  const when = madeAtMs === null ? output.t('cli.warden.status.copy-not-yet') : formatTime(madeAtMs);
  return failure === null ? when : output.t('cli.warden.status.copy-failed', { when, code: failure });
}

function canRead(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false; // of another user: what the socket says is enough
  }
}

async function linkParts({ context }: Run, home: string) {
  return { home, clock: { nowMs: () => context.clock.nowMs() }, randomBytes: context.randomBytes };
}

const describe = ({ name, path }: Step): { readonly step: string; readonly path: string } => ({
  step: name,
  path,
});

function showSteps({ output }: Run, steps: readonly Step[]): void {
  for (const { name, path } of steps) output.line(`  ${output.t(`cli.warden.step.${name}`, { path })}`);
}
