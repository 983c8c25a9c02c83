/** The ledger: who did what, checking it, receipts, and taking it away to check elsewhere. */
import { join, resolve } from 'node:path';
import { InputError, encodeHex, encodeUtf8, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { Device, LedgerVerification } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { placeFile } from '../files/place-file.ts';
import { writeDurableFile } from '../home/durable-file.ts';
import { describeLine, loadNames } from '../ledger/describe-line.ts';
import { sayStamps } from '../ledger/say-stamps.ts';
import { sayFinding } from '../ledger/say-finding.ts';
import { readVerifierPage } from '../ledger/verifier-page.ts';
import { isProof, lookAtFiles, verifyFiles } from '../ledger/verify-files.ts';
import { verifyFolder } from '../ledger/verify-folder.ts';
import { formatTime } from '../output/format-time.ts';
import { startProgress } from '../output/progress.ts';
import { getClient, getRecordId, getVault } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const which = ['office', 'vault', 'client'] as const;

export const ledgerCommands: readonly CommandSpec[] = [
  { path: 'ledger show', options: [...which, 'record', 'from', 'count', 'reasons'], run: showLedger },
  {
    path: 'ledger verify',
    takes: ['[dir]'],
    options: [...which, 'policy', 'root', 'timeStampAuthorities'],
    run: verifyLedger,
  },
  { path: 'ledger receipt', takes: ['<index>'], options: [...which, 'output', 'force'], run: writeReceipt },
  { path: 'ledger export', takes: ['<dir>'], options: [...which], run: exportLedger },
  { path: 'ledger fsck', takes: ['[dir]'], run: checkServerHome },
  { path: 'ledger verifier', options: ['output', 'force'], run: writeVerifier },
];

/** The ledger that --office, --vault or --client names; the office where nothing was said and there is no single vault. */
async function getLedger(device: Device, input: CommandInput): Promise<VaultId> {
  if (input.flag('office')) return officeId;
  const client = input.text('client');
  if (client !== undefined) return (await getClient(device, client)).vault;
  return await getVault(device, input.text('vault'));
}

async function showLedger(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const ledger = await getLedger(device, input);
    const client = input.text('client');
    const record = input.list('record')[0];
    const from = input.number('from');
    const rows = await device.ledger.lines({
      ledger,
      ...(from === undefined ? {} : { from }),
      ...(input.number('count') === undefined ? {} : { count: input.number('count') ?? 0 }),
      ...(client === undefined ? {} : { room: (await getClient(device, client)).room }),
      ...(record === undefined ? {} : { record: getRecordId(record) }),
      withReasons: input.flag('reasons'),
    });
    if (output.isJson) {
      output.result(rows, () => undefined);
      return;
    }
    if (rows.length === 0) {
      output.line(output.t('cli.ledger.show.empty'));
      return;
    }
    const names = await loadNames(device, output);
    output.table(
      [
        { heading: output.t('cli.column.line'), align: 'right' },
        { heading: output.t('cli.column.when') },
        { heading: output.t('cli.column.what') },
        { heading: output.t('cli.column.purpose') },
        { heading: output.t('cli.column.device') },
      ],
      rows.map((row) => [
        String(row.index),
        formatTime(row.atMs),
        describeLine(output, row, names),
        [
          row.purpose === undefined ? '' : output.t(`purpose.${row.purpose}`),
          row.reason ?? '',
          row.erasedAtMs === undefined
            ? ''
            : output.t('cli.ledger.show.erased', { date: formatTime(row.erasedAtMs) }),
        ]
          .filter((part) => part !== '')
          .join(': '),
        row.device === 'warden' ? output.t('cli.ledger.warden') : (row.device ?? ''),
      ]),
    );
  });
}

async function verifyLedger(run: Run, input: CommandInput): Promise<number> {
  const folder = input.findArgument(0);
  if (folder !== undefined) return await verifyExport(run, input, folder);
  assertNoAuthorities(input);
  const { context, output } = run;
  return await withDevice(run, async ({ device }) => {
    const isChosen =
      input.flag('office') || input.text('vault') !== undefined || input.text('client') !== undefined;
    const ledgers = isChosen
      ? [await getLedger(device, input)]
      : [officeId, ...(await device.vaults.list()).map(({ vault }) => vault)];
    const results: LedgerVerification[] = [];
    for (const ledger of ledgers) {
      const progress = startProgress({
        output,
        clock: context.clock,
        name: ledger,
        columns: context.stderr.columns ?? 80,
      });
      try {
        results.push(await device.ledger.verify({ ledger, onProgress: progress.onProgress }));
      } finally {
        progress.end();
      }
    }
    const isGood = results.every(({ disagreements }) => disagreements.length === 0);
    output.result(results, () => {
      for (const result of results) sayVerified(run, result);
    });
    return isGood ? exitCodes.ok : exitCodes.integrity;
  });
}

function sayVerified(run: Run, result: LedgerVerification): void {
  const { output } = run;
  output.line(output.t('cli.ledger.verify.good', { origin: result.origin, count: result.entries }));
  output.line(`  ${output.t('cli.ledger.verify.root', { root: result.root })}`);
  if (result.voids > 0) output.line(`  ${output.t('cli.ledger.verify.voids', { count: result.voids })}`);
  for (const { index, code } of result.disagreements) {
    output.warn(`  ${output.t('cli.ledger.verify.disagreement', { line: String(index), code })}`);
  }
}

async function verifyExport(run: Run, input: CommandInput, folder: string): Promise<number> {
  const { context, output } = run;
  const policy = input.text('policy');
  const root = input.text('root');
  const authorities = input.text('timeStampAuthorities');
  const path = resolve(context.cwd, folder);
  const given = {
    ...(policy === undefined ? {} : { policyPath: resolve(context.cwd, policy) }),
    ...(root === undefined ? {} : { root }),
  };
  const { hasLedgers, hasLooseFiles } = await lookAtFiles(path);
  // Beside exported ledgers these are told of as ever; a receipt or certificate that lies there is checked by them.
  const found = hasLooseFiles ? await verifyFiles({ path, ...given }) : [];
  const findings = found.filter(({ kind }) => !hasLedgers || kind !== 'ledger');
  if (!hasLedgers && hasLooseFiles) {
    assertNoAuthorities(input);
    output.result({ findings }, () => {
      for (const finding of findings) sayFinding(output, finding);
    });
    return findings.every(isProof) ? exitCodes.ok : exitCodes.integrity;
  }
  const report = await verifyFolder({
    folder: path,
    ...given,
    ...(authorities === undefined ? {} : { authoritiesPath: resolve(context.cwd, authorities) }),
  });
  const { timeStamps = [] } = report;
  const isGood =
    report.ledgers.every(({ disagreements }) => disagreements.length === 0) &&
    findings.every(isProof) &&
    timeStamps.every(({ refused }) => refused === undefined);
  output.result(findings.length === 0 ? report : { ...report, findings }, () => {
    for (const finding of findings) sayFinding(output, finding);
    for (const result of report.ledgers) sayVerified(run, result);
    output.line(output.t('cli.ledger.verify.firm-root', { root: report.firmRoot }));
    if (report.trust === 'folder') output.warn(output.t('cli.ledger.verify.trust-folder'));
    const { witnesses } = report;
    output.line(
      witnesses.length === 0
        ? output.t('cli.ledger.verify.no-witness')
        : output.t('cli.ledger.verify.witnesses', { names: witnesses.join(', ') }),
    );
    sayStamps(output, timeStamps, authorities !== undefined);
  });
  return isGood ? exitCodes.ok : exitCodes.integrity;
}

/** Time stamps lie in exported folders: nobody is to think that they were checked elsewhere. */
function assertNoAuthorities(input: CommandInput): void {
  if (input.text('timeStampAuthorities') !== undefined)
    throw nameSubject(new InputError('USAGE_INVALID'), '--time-stamp-authorities');
}

/** What a server keeps, while it stands still. Its code is loaded here only. */
async function checkServerHome(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const { checkHome, defaultHome } = await import('@strongroom/server/fsck');
  const home = resolve(context.cwd, input.findArgument(0) ?? defaultHome(context.env, process.platform));
  const found = await checkHome(home).catch((cause: unknown) => {
    throw cause instanceof InputError ? nameSubject(cause, home) : cause;
  });
  const isGood = found.ledgers.every(({ difference }) => difference === undefined);
  output.result({ home, ...found }, () => {
    for (const { ledger, size, root, erased, difference } of found.ledgers) {
      if (difference === undefined) {
        output.line(output.t('cli.ledger.fsck.good', { ledger, count: size }));
        output.line(`  ${output.t('cli.ledger.verify.root', { root })}`);
        if (erased > 0) output.line(`  ${output.t('cli.ledger.fsck.erased', { count: erased })}`);
        continue;
      }
      const { table, what, row, line } = difference;
      output.warn(output.t('cli.ledger.fsck.difference', { ledger, table, what, row }));
      if (line !== undefined) output.warn(`  ${output.t('cli.ledger.fsck.line', { line: String(line) })}`);
    }
    if (found.firmRoot !== undefined)
      output.line(output.t('cli.ledger.verify.firm-root', { root: found.firmRoot }));
    output.line(output.t('cli.ledger.fsck.limit'));
  });
  return isGood ? exitCodes.ok : exitCodes.integrity;
}

async function writeReceipt(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const text = input.argument(0);
  if (!/^\d{1,15}$/u.test(text)) throw nameSubject(new InputError('USAGE_INVALID'), text);
  await withDevice(run, async ({ device }) => {
    const ledger = await getLedger(device, input);
    const receipt = await device.ledger.receipt({ ledger, index: Number(text) });
    const path = resolve(context.cwd, input.text('output') ?? `line-${text}.tlog-proof`);
    const files = [
      [path, encodeUtf8(receipt.proof)],
      [`${path.replace(/\.tlog-proof$/u, '')}.entry`, receipt.entry],
    ] as const;
    for (const [target, bytes] of files)
      await placeFile(context, { path: target, bytes, isForced: input.flag('force') });
    output.result({ ...receipt.line, files: files.map(([target]) => target) }, () => {
      output.line(output.t('cli.ledger.receipt.done', { line: text, path }));
    });
  });
}

/** The page that checks receipts, certificates and exports on a machine without Strongroom. */
async function writeVerifier(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const path = resolve(context.cwd, input.text('output') ?? 'strongroom-verifier.html');
  const bytes = await readVerifierPage();
  await placeFile(context, { path, bytes, isForced: input.flag('force') });
  const hash = encodeHex(createNodeEngine().sha256(bytes));
  output.result({ path, hash, sizeBytes: bytes.length }, () => {
    output.line(output.t('cli.ledger.verifier.done', { path }));
    output.line(output.t('cli.ledger.verifier.hash', { hash }));
  });
}

async function exportLedger(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const folder = resolve(context.cwd, input.argument(0));
  await withDevice(run, async ({ device }) => {
    const isOffice = input.flag('office');
    // A vault's key is named in the office ledger, so the office goes along: the folder can be checked on its own.
    const ledgers = isOffice ? [officeId] : [officeId, await getLedger(device, input)];
    const exported: { ledger: VaultId; folder: string; files: number; size: number }[] = [];
    for (const ledger of ledgers) {
      const target = join(folder, ledger === officeId ? 'office' : ledger);
      const { files, size } = await device.ledger.exportTo({
        ledger,
        write: async (path, bytes) => {
          await writeDurableFile({
            path: joinInside(target, path),
            bytes,
            token: encodeHex(context.randomBytes(8)),
          });
        },
      });
      exported.push({ ledger, folder: target, files, size });
    }
    output.result(exported, () => {
      for (const one of exported) {
        output.line(output.t('cli.ledger.export.done', { folder: one.folder, count: one.size }));
      }
      output.line(output.t('cli.ledger.export.next', { folder }));
    });
  });
}

/** A path of the export inside its folder; the path was made from the server's answers. */
function joinInside(folder: string, path: string): string {
  if (!/^[a-z0-9][a-z0-9./-]*$/u.test(path) || path.split('/').includes('..')) {
    throw new InputError('INPUT_INVALID', { name: 'path' });
  }
  return join(folder, path);
}
