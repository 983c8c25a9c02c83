/** Beginning: the firm's first run, and a colleague's enrolment. Both end with a kit in hand and an unlocked device. */
import { ConflictError, InputError, encodeHex, encodeUtf8 } from '@strongroom/core';
import { beginEnrolment, beginFirm, openDevice } from '@strongroom/device';
import type { DeviceEnvironment, PendingStart } from '@strongroom/device';
import { resolve } from 'node:path';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import type { CliContext } from '../context.ts';
import { parseServerUrl, readConfig } from '../home/client-home.ts';
import { writeDurableFile } from '../home/durable-file.ts';
import { askChoice, askConsent, askSecret, askText } from '../input/ask.ts';
import { readDescriptorLine } from '../input/read-descriptor.ts';
import { readNewPassword } from '../input/read-password.ts';
import { formatKit, readBackGroups, writeKitFile } from '../kit/kit-file.ts';
import type { Output } from '../output/output.ts';
import { leaveNewDevice, noteServer, withDevice, withEnvironment } from '../session/with-device.ts';
import { localeNames, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';

/** Where a server listens that was not told otherwise. */
export const serverDefault = 'http://127.0.0.1:8484';
const startOptions = ['server', 'authority', 'code', 'codeFd', 'kitFile', 'proveKit', 'signKitNote'] as const;

export const startCommands: readonly CommandSpec[] = [
  {
    path: 'firm create',
    options: [...startOptions, 'name', 'language', 'country', 'profession', 'person', 'address'],
    run: createFirm,
  },
  { path: 'firm show', run: showFirm },
  { path: 'enrol', options: startOptions, run: enrol },
];

async function createFirm(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const server = await prepareHome(run, input);
  const code = await readCode(context, output, input);
  const ask = async (option: string, message: string, given: string | undefined): Promise<string> =>
    given ?? (await askText(context, { message, option }));
  const name = await ask('--name', output.t('cli.ask.firm-name'), input.text('name'));
  const language = (input.text('language') ??
    (await askChoice(context, {
      message: output.t('cli.ask.language'),
      option: '--language',
      choices: locales.map((value) => ({ value, label: localeNames[value] })),
    }))) as Locale;
  const given = input.list('country');
  const countries =
    given.length > 0
      ? given
      : (await ask('--country', output.t('cli.ask.countries'), undefined)).split(/[\s,]+/u);
  const profession = await ask('--profession', output.t('cli.ask.profession'), input.text('profession'));
  const personName = await ask('--person', output.t('cli.ask.person'), input.text('person'));
  const address = input.text('address');
  const password = await readNewPassword(context, output, run.passwordFd);
  await start(run, input, { server, firmName: name }, async (environment) =>
    beginFirm(environment, {
      code,
      firm: { name, language, countries: countries.map((country) => country.toUpperCase()), profession },
      person: { name: personName, ...(address === undefined ? {} : { address }) },
      password,
    }),
  );
}

async function enrol(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const server = await prepareHome(run, input);
  const code = await readCode(context, output, input);
  const password = await readNewPassword(context, output, run.passwordFd);
  await start(run, input, { server, firmName: undefined }, async (environment) =>
    beginEnrolment(environment, { code, password }),
  );
}

async function showFirm(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const firm = await device.firm.describe();
    output.result(firm, () => {
      output.heading(firm.name);
      output.table(
        [{ heading: output.t('cli.column.what') }, { heading: output.t('cli.column.value') }],
        [
          [output.t('cli.firm.show.root'), firm.root],
          [output.t('cli.firm.show.id'), firm.firm],
          [output.t('cli.firm.show.countries'), (firm.countries ?? []).join(' ')],
          [output.t('cli.firm.show.profession'), firm.profession ?? ''],
          [output.t('cli.firm.show.people'), String(firm.persons)],
          [output.t('cli.firm.show.vaults'), String(firm.vaults)],
          [output.t('cli.firm.show.ledger'), `${firm.office.origin} (${firm.office.size})`],
        ],
      );
    });
  });
}

/** @throws ConflictError DEVICE_EXISTS where the home has a device already */
async function prepareHome(run: Run, input: CommandInput): Promise<string> {
  const server = parseServerUrl(
    input.text('server') ?? (await readConfig(run.home))?.server ?? serverDefault,
  );
  await withEnvironment(run, server, async ({ storage }) => {
    if ((await storage.list('')).length > 0) throw new ConflictError('DEVICE_EXISTS');
  });
  return server;
}

async function readCode(context: CliContext, output: Output, input: CommandInput): Promise<string> {
  const descriptor = input.number('codeFd');
  if (descriptor !== undefined) return readDescriptorLine(descriptor, '--code-fd').trim();
  const given = input.text('code');
  if (given !== undefined) {
    output.warn(output.t('cli.start.code-visible'));
    return given.trim();
  }
  return (await askSecret(context, { message: output.t('cli.ask.code'), option: '--code-fd' })).trim();
}

async function start(
  run: Run,
  input: CommandInput,
  firm: { readonly server: string; readonly firmName: string | undefined },
  begin: (environment: DeviceEnvironment) => Promise<PendingStart>,
): Promise<void> {
  const { context, output } = run;
  await withEnvironment(run, firm.server, async (environment) => {
    const pending = await begin(environment);
    try {
      const kitPath = resolve(context.cwd, input.text('kitFile') ?? 'strongroom-kit.txt');
      const kitFirm = { name: firm.firmName, root: pending.root };
      await writeKitFile(kitPath, makeKitText(run, pending, kitFirm));
      output.remark(output.t('cli.kit.written', { path: kitPath }));
      await signNote(run, input);
      const copyPath = input.text('proveKit');
      const typedGroups = await readBackGroups({
        context,
        output,
        pending,
        copyPath: copyPath === undefined ? undefined : resolve(context.cwd, copyPath),
      });
      const config = await noteServer(run, firm.server);
      const unlocked = await pending.complete({ typedGroups, noteSigned: true });
      const device = await openDevice(environment, unlocked);
      await device.sync();
      const { me } = device;
      if (pending.root === undefined) {
        const { root } = await device.firm.describe();
        await writeDurableFile({
          path: kitPath,
          bytes: encodeUtf8(makeKitText(run, pending, { ...kitFirm, root })),
          token: encodeHex(context.randomBytes(8)),
        });
        output.remark(output.t('cli.kit.root-added', { root, path: kitPath }));
      }
      const locksAtMs = await leaveNewDevice(run, device, { unlocked, config });
      output.result({ ...me, fingerprint: pending.fingerprint, kitFile: kitPath, locksAtMs }, () => {
        output.line(output.t('cli.start.done', { fingerprint: pending.fingerprint }));
        output.line(output.t(firm.firmName === undefined ? 'cli.enrol.next' : 'cli.firm.create.next'));
      });
    } finally {
      pending.discard();
    }
  });
}

/** The text of the kit file, with the firm's name where this person knows it. */
function makeKitText(
  run: Run,
  pending: PendingStart,
  firm: { readonly name: string | undefined; readonly root: string | undefined },
): string {
  return formatKit(run.output, {
    groups: pending.groups,
    firm: firm.name ?? pending.firm,
    root: firm.root,
    person: pending.person,
    fingerprint: pending.fingerprint,
    atMs: run.context.clock.nowMs(),
  });
}

/** Shows the note that a lost kit means a reset, and has it agreed to. @throws InputError CONFIRMATION_REFUSED */
async function signNote(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  output.remark(output.t('cli.kit.note'));
  const isSigned =
    input.flag('signKitNote') ||
    (await askConsent(context, {
      message: output.t('cli.ask.sign-note'),
      option: '--sign-kit-note',
      yes: output.t('cli.yes'),
      no: output.t('cli.no'),
    }));
  if (!isSigned) throw new InputError('CONFIRMATION_REFUSED', { reason: 'note-not-signed' });
}
