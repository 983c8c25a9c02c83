/** Who witnesses this firm's ledgers, by its own statement; and what this device saw that does not go with them. Spec: docs/spec/statements.md 4.2. */
import { resolve } from 'node:path';
import { createNodeEngine } from '@strongroom/core/node';
import { encodeUtf8, InputError, officeId } from '@strongroom/core';
import type { FirmWitnesses } from '@strongroom/device';
import { parseNoteKey } from '@strongroom/ledger';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeDurableFile } from '../home/durable-file.ts';
import { formatTime } from '../output/format-time.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const firmWitnessCommands: readonly CommandSpec[] = [
  { path: 'ledger witnesses', run: showWitnesses },
  { path: 'ledger add-witness', takes: ['<witness-key>'], options: ['quorum', 'wait'], run: addWitness },
  { path: 'ledger end-witness', takes: ['<witness>'], options: ['quorum', 'wait'], run: endWitness },
  { path: 'ledger alarms', takes: ['[alarm]'], options: ['output'], run: showAlarms },
];

async function showWitnesses(run: Run): Promise<number> {
  const { output } = run;
  return await withDevice(run, async ({ device }) => {
    const found = await device.witnesses.list();
    output.result(found, () => sayWitnesses(run, found));
    return found.ledgers.some(({ isMissing }) => isMissing) ? exitCodes.integrity : exitCodes.ok;
  });
}

function sayWitnesses({ output }: Run, found: FirmWitnesses): void {
  const { witnesses, quorum, waitHours, readers, ledgers } = found;
  if (witnesses.length === 0) output.line(output.t('cli.ledger.witnesses.none'));
  else
    output.line(
      output.t('cli.ledger.witnesses.rule', {
        quorum: String(quorum),
        count: String(witnesses.length),
        hours: waitHours,
      }),
    );
  for (const { name, vkey, sinceMs } of witnesses) {
    output.line(`  ${name}`);
    output.line(`    ${output.t('cli.ledger.witnesses.since', { date: formatTime(sinceMs) })}`);
    output.line(`    ${vkey}`);
  }
  for (const { ledger, name, stamped } of ledgers)
    if (stamped !== undefined)
      output.line(
        output.t('cli.ledger.witnesses.stamped', {
          ledger: name ?? (ledger === officeId ? output.t('cli.ledger.witnesses.office') : ledger),
          line: String(stamped.size - 1),
          date: formatTime(stamped.atMs),
        }),
      );
  if (witnesses.length > 0) sayStands(output, found);
  if (readers === undefined) return;
  output.line(
    readers.length === 0
      ? output.t('cli.ledger.witnesses.no-readers')
      : output.t('cli.ledger.witnesses.readers', { names: readers.join(', ') }),
  );
}

function sayStands(output: Run['output'], { ledgers, waitHours }: FirmWitnesses): void {
  output.table(
    [
      { heading: output.t('cli.column.ledger') },
      { heading: output.t('cli.column.lines'), align: 'right' },
      { heading: output.t('cli.column.cosigned-lines'), align: 'right' },
      { heading: output.t('cli.column.cosigned') },
    ],
    ledgers.map(({ ledger, name, size, witnessedSize, atMs }) => [
      name ?? (ledger === officeId ? output.t('cli.ledger.witnesses.office') : ledger),
      String(size),
      String(witnessedSize),
      atMs === 0 ? '' : formatTime(atMs),
    ]),
  );
  for (const { ledger, name, isMissing } of ledgers)
    if (isMissing)
      output.warn(output.t('cli.ledger.witnesses.missing', { ledger: name ?? ledger, hours: waitHours }));
}

async function addWitness(run: Run, input: CommandInput): Promise<void> {
  const vkey = input.argument(0);
  await change(run, input, (vkeys) => [...vkeys.filter((each) => each !== vkey), vkey]);
}

async function endWitness(run: Run, input: CommandInput): Promise<void> {
  const text = input.argument(0);
  const engine = createNodeEngine();
  await change(run, input, (vkeys) => {
    const rest = vkeys.filter((vkey) => vkey !== text && parseNoteKey(engine, vkey).name !== text);
    if (rest.length === vkeys.length)
      throw nameSubject(new InputError('INPUT_INVALID', { name: 'witness' }), text);
    return rest;
  });
}

async function change(
  run: Run,
  input: CommandInput,
  makeList: (vkeys: readonly string[]) => readonly string[],
): Promise<void> {
  const { output } = run;
  const quorum = input.number('quorum');
  const waitHours = input.number('wait');
  await withDevice(run, async ({ device }) => {
    const before = await device.witnesses.list();
    const vkeys = makeList(before.witnesses.map(({ vkey }) => vkey));
    const { line, isNew } = await device.witnesses.name({
      vkeys,
      ...(quorum === undefined ? {} : { quorum }),
      ...(waitHours === undefined ? {} : { waitHours }),
    });
    const after = await device.witnesses.list();
    output.result({ line, isNew, ...after }, () => {
      sayWitnesses(run, after);
      if (after.witnesses.length > 0) output.line(output.t('cli.ledger.witnesses.next'));
    });
  });
}

async function showAlarms(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const id = input.findArgument(0);
  return await withDevice(run, async ({ device }) => {
    if (id !== undefined) {
      const path = resolve(context.cwd, input.text('output') ?? `ledger-alarm-${id}.json`);
      const token = Buffer.from(context.randomBytes(8)).toString('hex');
      await writeDurableFile({ path, bytes: encodeUtf8(await device.ledger.alarmFile(id)), token });
      output.result({ path }, () => output.line(output.t('cli.ledger.alarms.written', { path })));
      return exitCodes.ok;
    }
    const alarms = await device.ledger.alarms();
    output.result(alarms, () => {
      if (alarms.length === 0) output.line(output.t('cli.ledger.alarms.none'));
      for (const alarm of alarms)
        output.warn(
          output.t('cli.ledger.alarms.one', {
            id: alarm.id,
            date: formatTime(alarm.atMs),
            ledger: alarm.ledger,
            line: String(alarm.knownSize),
            what: output.t(`cli.ledger.alarms.${alarm.kind}`),
          }),
        );
    });
    return alarms.length === 0 ? exitCodes.ok : exitCodes.integrity;
  });
}
