/** Everything that proves what became of a document, in one folder that the verifier takes as it is. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { encodeUtf8, InputError, officeId } from '@strongroom/core';
import type { RecordId, VaultId } from '@strongroom/core';
import type { Device, LineRow } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { placeFile } from '../files/place-file.ts';
import { getRecordId } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const linesPerCall = 1_000;

export const proveCommands: readonly CommandSpec[] = [
  { path: 'ledger prove', takes: ['<id>'], options: ['output', 'force'], run: prove },
];

async function prove(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const text = input.argument(0);
  const record = getRecordId(text);
  const folder = resolve(context.cwd, input.text('output') ?? `proof-${record}`);
  await withDevice(run, async ({ device }) => {
    const { ledger, lines } = await findLines(device, record);
    const [first] = lines;
    if (first === undefined) throw nameSubject(new InputError('NAME_UNKNOWN'), text);
    const files = new Map<string, Uint8Array>();
    for (const { index, kind } of lines) {
      const { proof } = await device.ledger.receipt({ ledger, index });
      files.set(`line-${index}-${kind}.tlog-proof`, encodeUtf8(proof));
    }
    files.set('trust.policy', encodeUtf8(await device.ledger.policy(ledger)));
    for (const row of await device.disposals.list()) {
      if (row.state !== 'destroyed' || !row.records.includes(record)) continue;
      const { json } = await device.disposals.certificate({ disposal: row.disposal });
      files.set(`certificate-${row.disposal}.json`, encodeUtf8(json));
    }
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of files)
      await placeFile(context, { path: join(folder, name), bytes, isForced: input.flag('force') });
    const { root } = await device.firm.describe();
    output.result({ folder, ledger, lines: lines.length, files: [...files.keys()], root }, () => {
      output.line(output.t('cli.ledger.prove.done', { count: lines.length, folder }));
      output.line(output.t('cli.ledger.verify.firm-root', { root }));
      output.line(output.t('cli.ledger.prove.next'));
    });
  });
}

/** The ledger that has lines about a record, and these, oldest first. */
async function findLines(
  device: Device,
  record: RecordId,
): Promise<{ readonly ledger: VaultId; readonly lines: readonly LineRow[] }> {
  for (const { ledger } of await device.ledger.status()) {
    const page = await device.ledger.page({ ledger, record, count: linesPerCall });
    if (page.lines.length > 0) return { ledger, lines: page.lines.toReversed() };
  }
  return { ledger: officeId, lines: [] };
}
