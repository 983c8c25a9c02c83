/** The web application's code: publishing what was built here, and checking what a server gives to browsers. */
import { resolve } from 'node:path';
import { AccessError, InputError } from '@strongroom/core';
import type { BundleRow, Device } from '@strongroom/device';
import type { BundleFile } from '@strongroom/protocol';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseServerUrl, readConfig } from '../home/client-home.ts';
import { askText } from '../input/ask.ts';
import { loadNames } from '../ledger/describe-line.ts';
import { formatTime } from '../output/format-time.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';
import { checkServed } from '../web-bundle/check-served.ts';
import type { Difference, ServedBundle } from '../web-bundle/check-served.ts';
import { judgeServed } from '../web-bundle/judge-served.ts';
import type { Judgement } from '../web-bundle/judge-served.ts';
import { readLocalBundle } from '../web-bundle/local-bundle.ts';

/** Digits of the hash that confirm. */
const confirmDigits = 8;
/** Where the build of this checkout lies. */
const ownBuild = resolve(import.meta.dirname, '../../../web/dist');

export const webBundleCommands: readonly CommandSpec[] = [
  { path: 'bundle publish', options: ['web', 'minimum', 'confirm'], run: publish },
  { path: 'bundle show', run: show },
  { path: 'verify-web', takes: ['[url]'], options: ['hash', 'web', 'authority'], run: verifyWeb },
];

async function publish(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const folder = resolve(context.cwd, input.text('web') ?? ownBuild);
  const bundle = await readLocalBundle(folder);
  await withDevice(run, async ({ device }) => {
    const minimum = input.number('minimum') ?? (await device.bundles.newest())?.minimum ?? 1;
    output.remark(
      output.t('cli.bundle.publish.what', {
        number: String(bundle.number),
        count: bundle.files.length,
        folder,
      }),
    );
    output.remark(`  ${bundle.hash}`);
    output.remark(output.t('cli.bundle.publish.how', { minimum: String(minimum) }));
    const expected = bundle.hash.slice(0, confirmDigits);
    const typed =
      input.text('confirm') ??
      (await askText(context, {
        message: output.t('cli.ask.confirm', { text: expected }),
        option: '--confirm',
      }));
    if (typed.trim() !== expected) throw nameSubject(new InputError('CONFIRMATION_REFUSED'), expected);
    const { number, hash } = bundle;
    const { line, isNew } = await device.bundles.publish({ number, hash, minimum });
    output.result({ number, hash, minimum, isNew, line }, () =>
      output.line(
        output.t(isNew ? 'cli.bundle.publish.done' : 'cli.bundle.publish.again', {
          number: String(number),
          line: String(line.index),
        }),
      ),
    );
  });
}

async function show(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.bundles.list();
    if (output.isJson) {
      output.result(rows, () => undefined);
      return;
    }
    if (rows.length === 0) {
      output.line(output.t('cli.bundle.show.empty'));
      return;
    }
    const names = await loadNames(device, output);
    output.table(
      [
        { heading: output.t('cli.column.version'), align: 'right' },
        { heading: output.t('cli.column.minimum'), align: 'right' },
        { heading: output.t('cli.column.line'), align: 'right' },
        { heading: output.t('cli.column.when') },
        { heading: output.t('cli.column.person') },
        { heading: output.t('cli.column.hash') },
      ],
      rows.map(({ number, minimum, line, person, hash }) => [
        String(number),
        String(minimum),
        String(line.index),
        formatTime(line.atMs),
        names.get(person) ?? person,
        hash,
      ]),
    );
  });
}

/** Where the hash that counts comes from. */
type Trust =
  | { readonly from: 'ledger'; readonly rows: readonly BundleRow[]; readonly who: string }
  | { readonly from: 'paper'; readonly hash: string }
  | {
      readonly from: 'build';
      readonly number: number;
      readonly hash: string;
      readonly files: readonly BundleFile[];
    };

async function verifyWeb(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const origin = await readOrigin(run, input);
  const trust = await readTrust(run, input);
  const served = await checkServed({
    origin,
    interrupted: context.interrupted,
    ...(trust.from === 'build' ? { trusted: trust.files } : {}),
  });
  const judgement = judgeServed(served, trust);
  output.result(
    {
      url: origin,
      state: judgement.state,
      trust: trust.from,
      number: served.number ?? null,
      hash: served.hash ?? null,
      files: served.files,
      expected: judgement.expected ?? null,
      differences: judgement.differences,
    },
    () => sayJudgement(run, { origin, served, judgement, trust }),
  );
  if (judgement.state === 'good') return exitCodes.ok;
  return judgement.state === 'older' ? exitCodes.refused : exitCodes.integrity;
}

/** The address named, or the server of this device. @throws InputError INPUT_MISSING, and what an address is refused for */
async function readOrigin(run: Run, input: CommandInput): Promise<string> {
  const text = input.findArgument(0) ?? (await readConfig(run.home))?.server;
  if (text === undefined) throw nameSubject(new InputError('INPUT_MISSING'), 'url');
  return parseServerUrl(text);
}

/** @throws AccessError BUNDLE_UNPUBLISHED where the ledger has no statement */
async function readTrust(run: Run, input: CommandInput): Promise<Trust> {
  const paper = input.text('hash')?.replaceAll(/[\s-]/gu, '').toLowerCase();
  const folder = input.text('web');
  if (paper !== undefined && folder !== undefined)
    throw nameSubject(new InputError('USAGE_INVALID'), '--hash --web');
  if (paper !== undefined) {
    if (!/^[0-9a-f]{64}$/u.test(paper)) throw nameSubject(new InputError('USAGE_INVALID'), '--hash');
    return { from: 'paper', hash: paper };
  }
  if (folder !== undefined) {
    return { from: 'build', ...(await readLocalBundle(resolve(run.context.cwd, folder))) };
  }
  return await withDevice(run, async ({ device }) => {
    const rows = await device.bundles.list();
    const [newest] = rows;
    if (newest === undefined) throw new AccessError('BUNDLE_UNPUBLISHED');
    return { from: 'ledger', rows, who: await nameOf(device, newest.person) };
  });
}

async function nameOf(device: Device, person: BundleRow['person']): Promise<string> {
  return (await device.people.list()).find((row) => row.person === person)?.name ?? person;
}

function sayJudgement(
  run: Run,
  options: {
    readonly origin: string;
    readonly served: ServedBundle;
    readonly judgement: Judgement;
    readonly trust: Trust;
  },
): void {
  const { output } = run;
  const { origin, served, judgement, trust } = options;
  const number = served.number === undefined ? '' : String(served.number);
  output.line(output.t('cli.verify-web.served', { url: origin, number, count: served.files }));
  if (served.hash !== undefined) output.line(`  ${served.hash}`);
  if (trust.from === 'ledger') {
    const [newest] = trust.rows;
    if (newest !== undefined)
      output.line(
        output.t('cli.verify-web.published', {
          number: String(newest.number),
          line: String(newest.line.index),
          who: trust.who,
          time: formatTime(newest.line.atMs),
        }),
      );
  } else output.line(output.t(trust.from === 'paper' ? 'cli.verify-web.paper' : 'cli.verify-web.build'));
  for (const difference of judgement.differences) output.warn(`  ${describeDifference(run, difference)}`);
  if (judgement.state === 'older' && judgement.expected !== undefined)
    output.warn(output.t('cli.verify-web.older', { number: String(judgement.expected.number) }));
  if (judgement.isListOnly) output.warn(output.t('cli.verify-web.which'));
  if (judgement.state === 'good') {
    output.line(output.t('cli.verify-web.good'));
    output.line(output.t('cli.verify-web.limit'));
  } else if (judgement.state === 'differs') {
    output.warn(output.t('error.BUNDLE_DIFFERS.title'));
    output.warn(output.t('error.BUNDLE_DIFFERS.next'));
  }
}

function describeDifference(run: Run, difference: Difference): string {
  const { file, kind, what = '', expected = '', found = '' } = difference;
  return run.output.t(`cli.verify-web.difference.${kind}`, { file, what, expected, found });
}
