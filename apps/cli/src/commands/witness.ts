/** A witness for other offices' ledgers: made once, told whose heads to cosign, run, looked at. Spec: docs/spec/witness.md. */
import { join, resolve } from 'node:path';
import { createNodeEngine } from '@strongroom/core/node';
import type { TrustedLog, WitnessHome } from '@strongroom/witness';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { formatTime } from '../output/format-time.ts';

const listening = [
  'listen',
  'port',
  'hostName',
  'tlsCertificate',
  'tlsKey',
  'ownAuthority',
  'behindProxy',
] as const;

export const witnessCommands: readonly CommandSpec[] = [
  { path: 'witness init', takes: ['<key-name>'], options: ['home'], run: init },
  { path: 'witness trust', takes: ['<vkey...>'], options: ['home', 'instead'], run: trust },
  { path: 'witness run', options: ['home', ...listening], run },
  { path: 'witness status', options: ['home'], run: showStatus },
];

/** The witness's code is loaded by its own commands only. */
const loadWitness = async () => await import('@strongroom/witness');

/** The folder of the witness. */
export function findWitnessHome({ context }: Run, input: CommandInput): string {
  const given = input.text('home');
  if (given !== undefined) return resolve(context.cwd, given);
  const { env, userHome } = context;
  const data = env['XDG_DATA_HOME'] || env['LOCALAPPDATA'] || join(userHome, '.local', 'share');
  return join(data, 'strongroom-witness');
}

async function init(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { initWitness } = await loadWitness();
  const home = findWitnessHome(run, input);
  const vkey = await initWitness({ engine: createNodeEngine(), home, name: input.argument(0) });
  output.result({ home, vkey }, () => {
    output.line(output.t('cli.witness.init.done', { home }));
    output.line(vkey);
    output.line(output.t('cli.witness.init.next'));
  });
}

async function trust(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { trustLog } = await loadWitness();
  const engine = createNodeEngine();
  await withHome(run, input, async ({ heads }) => {
    const isInstead = input.flag('instead');
    const trusted = input.argumentList(0).map((vkey) => trustLog(engine, heads, vkey, { isInstead }));
    output.result(trusted, () => {
      for (const { origin, isNew } of trusted)
        output.line(output.t(isNew ? 'cli.witness.trust.done' : 'cli.witness.trust.again', { origin }));
    });
  });
}

async function showStatus(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { formatNoteKey } = await import('@strongroom/ledger');
  await withHome(run, input, async ({ signer, heads }, home) => {
    const vkey = formatNoteKey(signer.key);
    const logs = heads.list();
    output.result({ home, vkey, logs: logs.map(describe) }, () => {
      output.line(vkey);
      if (logs.length === 0) output.line(output.t('cli.witness.status.none'));
      else
        output.table(
          [
            { heading: output.t('cli.column.ledger') },
            { heading: output.t('cli.column.lines'), align: 'right' },
            { heading: output.t('cli.column.cosigned') },
          ],
          logs.map(({ origin, head, cosigned }) => [
            origin,
            String(head.size),
            cosigned === undefined ? '' : formatTime(cosigned.atSeconds * 1000),
          ]),
        );
    });
  });
}

function describe({ origin, head, cosigned }: TrustedLog): {
  readonly origin: string;
  readonly size: number;
  readonly cosignedAtMs: number | null;
} {
  return {
    origin,
    size: head.size,
    cosignedAtMs: cosigned === undefined ? null : cosigned.atSeconds * 1000,
  };
}

async function withHome(
  run: Run,
  input: CommandInput,
  work: (opened: WitnessHome, home: string) => Promise<void>,
): Promise<void> {
  const { openWitnessHome } = await loadWitness();
  const home = findWitnessHome(run, input);
  const opened = await openWitnessHome(createNodeEngine(), home, 'look');
  try {
    await work(opened, home);
  } finally {
    opened.heads.close();
  }
}

async function run(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { startWitness } = await loadWitness();
  const path = (name: 'tlsCertificate' | 'tlsKey'): Record<string, string> => {
    const given = input.text(name);
    return given === undefined ? {} : { [name]: resolve(context.cwd, given) };
  };
  const text = (name: 'listen' | 'hostName'): Record<string, string> => {
    const given = input.text(name);
    return given === undefined ? {} : { [name]: given };
  };
  const port = input.number('port');
  const proxies = input.list('behindProxy');
  const witness = await startWitness({
    home: findWitnessHome(run, input),
    listening: {
      ...(port === undefined ? {} : { port }),
      ...text('listen'),
      ...text('hostName'),
      ...path('tlsCertificate'),
      ...path('tlsKey'),
      ...(input.flag('ownAuthority') ? { ownAuthority: true } : {}),
      ...(proxies.length === 0 ? {} : { behindProxy: proxies }),
    },
    onLog: (line) => void context.stderr.write(line),
  });
  const { url, vkey, logs, authority } = witness;
  output.result({ url, vkey, logs, fingerprint: authority?.fingerprint ?? null }, () => {
    output.line(output.t('cli.witness.run.listening', { url, count: logs }));
    output.line(vkey);
    if (authority !== undefined)
      output.line(
        output.t('cli.witness.run.authority', {
          path: authority.certificateFile,
          fingerprint: authority.fingerprint,
        }),
      );
  });
  await new Promise<void>((resolve) => {
    if (context.interrupted.aborted) resolve();
    else context.interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  await witness.close();
}
