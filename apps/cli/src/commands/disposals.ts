/** Destroying records: proposing with everything said plainly, approving by a second person, stopping, and the certificate. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AccessError, InputError, encodeUtf8, isId } from '@strongroom/core';
import type { DisposalId } from '@strongroom/core';
import type { CertificateFacts, Device, DisposalRow } from '@strongroom/device';
import type { CertificatePaper } from '@strongroom/web/papers';
import { formatCertificate } from '../certificate/format-certificate.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { placeFile } from '../files/place-file.ts';
import { askText } from '../input/ask.ts';
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';
import { printPaper } from '../papers/print-paper.ts';
import { getClient, getRecordId, getRecords } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const disposalCommands: readonly CommandSpec[] = [
  { path: 'records destroy', takes: ['<id...>'], options: ['reason', 'confirm'], run: proposeDisposal },
  { path: 'records certificate', takes: ['<id>'], options: ['output', 'force'], run: writeCertificate },
  { path: 'disposals list', options: ['client'], run: listDisposals },
  { path: 'disposals approve', takes: ['<id>'], options: ['confirm'], run: approveDisposal },
  { path: 'disposals stop', takes: ['<id>'], run: stopDisposal },
];

async function proposeDisposal(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const ids = [...new Set(input.argumentList(0).map(getRecordId))];
  const reason = input.text('reason');
  await withDevice(run, async ({ device }) => {
    const rows = await getRecords(device, ids);
    const client = (await device.clients.list()).find(({ room }) => room === rows[0]?.room);
    const code = client?.code ?? rows[0]?.room ?? '';
    output.remark(output.t('cli.records.destroy.what', { count: rows.length, client: code }));
    for (const row of rows) output.remark(`  ${row.record}  ${output.t('cli.value', { value: row.name })}`);
    output.remark(output.t('cli.records.destroy.how'));
    await confirm(run, input, code);
    const proposed = await device.disposals.propose({
      records: ids,
      ...(reason === undefined ? {} : { reason }),
    });
    output.result({ ...proposed, client: code, records: ids }, () => {
      output.line(output.t('cli.records.destroy.done', { disposal: proposed.disposal }));
      output.line(output.t('cli.records.destroy.next', { disposal: proposed.disposal }));
    });
  });
}

/** Has a text typed, because what follows cannot be taken back. @throws InputError CONFIRMATION_REFUSED */
async function confirm(run: Run, input: CommandInput, expected: string): Promise<void> {
  const { context, output } = run;
  const typed =
    input.text('confirm') ??
    (await askText(context, {
      message: output.t('cli.ask.confirm', { text: expected }),
      option: '--confirm',
    }));
  if (typed.trim() !== expected) throw nameSubject(new InputError('CONFIRMATION_REFUSED'), expected);
}

async function approveDisposal(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const id = getDisposalId(input.argument(0));
  await withDevice(run, async ({ device }) => {
    const row = await getDisposal(device, id);
    const names = await nameRecords(device, row);
    output.remark(output.t('cli.disposals.approve.what', { count: row.records.length }));
    for (const record of row.records) {
      output.remark(`  ${record}  ${output.t('cli.value', { value: names.get(record) ?? '' })}`);
    }
    output.remark(output.t('cli.disposals.approve.how'));
    await confirm(run, input, String(row.records.length));
    const approved = await device.disposals.approve({ disposal: id });
    const after = await getDisposal(device, id);
    output.result({ disposal: id, ...approved, dueAtMs: after.dueAtMs ?? null }, () =>
      output.line(
        output.t('cli.disposals.approve.done', {
          disposal: id,
          time: after.dueAtMs === undefined ? '' : formatTime(after.dueAtMs),
        }),
      ),
    );
  });
}

async function stopDisposal(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const id = getDisposalId(input.argument(0));
  await withDevice(run, async ({ device }) => {
    const stopped = await device.disposals.stop({ disposal: id });
    output.result({ disposal: id, ...stopped }, () =>
      output.line(output.t('cli.disposals.stop.done', { disposal: id })),
    );
  });
}

async function listDisposals(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const named = input.text('client');
    const rows = await device.disposals.list(
      named === undefined ? {} : { room: (await getClient(device, named)).room },
    );
    const codes = new Map((await device.clients.list()).map((client) => [client.room, client.code]));
    const names = new Map((await device.people.list()).map((row) => [row.person, row.name]));
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.disposals.list.empty'));
      else
        output.table(
          [
            { heading: output.t('cli.column.disposal') },
            { heading: output.t('cli.column.client') },
            { heading: output.t('cli.column.records'), align: 'right' },
            { heading: output.t('cli.column.person') },
            { heading: output.t('cli.column.state') },
            { heading: output.t('cli.column.due') },
          ],
          rows.map((row) => [
            row.disposal,
            codes.get(row.room) ?? row.room,
            String(row.records.length),
            names.get(row.proposedBy) ?? row.proposedBy,
            output.t(`state.disposal.${row.state}`),
            formatOptional(row.destroyedAtMs ?? row.dueAtMs),
          ]),
        );
    });
  });
}

function formatOptional(atMs: number | undefined): string {
  return atMs === undefined ? '' : formatTime(atMs);
}

async function writeCertificate(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const folder = resolve(context.cwd, input.text('output') ?? '.');
  await withDevice(run, async ({ device }) => {
    const id = await findDisposal(device, input.argument(0));
    const certificate = await device.disposals.certificate({ disposal: id });
    const names = new Map((await device.people.list()).map((row) => [row.person, row.name]));
    const text = formatCertificate(output, certificate.facts, {
      nameOf: (person) => names.get(person) ?? person,
    });
    await mkdir(folder, { recursive: true });
    const paths: string[] = [];
    for (const [ending, bytes] of [
      ['pdf', await printPaper(await layOut(device, output, certificate.facts), output.texts)],
      ['txt', encodeUtf8(text)],
      ['tlog-proof', encodeUtf8(certificate.tlogProof)],
      ['json', encodeUtf8(certificate.json)],
    ] as const) {
      const path = join(folder, `certificate-${id}.${ending}`);
      await placeFile(context, { path, bytes, isForced: input.flag('force') });
      paths.push(path);
    }
    output.result({ disposal: id, facts: certificate.facts, files: paths }, () => {
      output.line(output.t('cli.records.certificate.done'));
      for (const path of paths) output.line(`  ${path}`);
    });
  });
}

/** The certificate as the staff app prints it: with the names that this person may read. */
async function layOut(device: Device, output: Output, facts: CertificateFacts): Promise<CertificatePaper> {
  const [firm, clients, vaults, people] = await Promise.all([
    device.firm.describe(),
    device.clients.list(),
    device.vaults.list(),
    device.people.list(),
  ]);
  const client = clients.find(({ room }) => room === facts.room);
  const vault = vaults.find((row) => row.vault === facts.vault);
  return {
    kind: 'certificate',
    locale: output.texts.locale,
    firmName: firm.name,
    ...(client === undefined ? {} : { clientName: client.name }),
    ...(vault === undefined ? {} : { vaultName: vault.name }),
    facts,
    names: Object.fromEntries(people.map(({ person, name }) => [person, name ?? person])),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** The disposal of an id, or the one that destroyed a record. @throws InputError ID_INVALID; AccessError DISPOSAL_UNFINISHED */
async function findDisposal(device: Device, text: string): Promise<DisposalId> {
  if (isId('dsp', text)) return text;
  const record = getRecordId(text);
  const rows = (await device.disposals.list()).filter((row) => row.records.includes(record));
  const found = rows.find((row) => row.state === 'destroyed');
  if (found !== undefined) return found.disposal;
  throw nameSubject(
    rows.length === 0 ? new InputError('NAME_UNKNOWN') : new AccessError('DISPOSAL_UNFINISHED'),
    text,
  );
}

async function getDisposal(device: Device, id: DisposalId): Promise<DisposalRow> {
  const row = (await device.disposals.list()).find(({ disposal }) => disposal === id);
  if (row === undefined) throw nameSubject(new InputError('NAME_UNKNOWN'), id);
  return row;
}

async function nameRecords(device: Device, row: DisposalRow): Promise<ReadonlyMap<string, string>> {
  const rows = await device.records.list({ room: row.room });
  return new Map(rows.map(({ record, name }) => [record, name]));
}

function getDisposalId(text: string): DisposalId {
  if (!isId('dsp', text)) throw nameSubject(new InputError('ID_INVALID'), text);
  return text;
}
