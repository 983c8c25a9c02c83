/** What is wrong with the installation: findings of this home, the device, the server and the warden. */
import { lstat } from 'node:fs/promises';
import { StrongroomError } from '@strongroom/core';
import type { Finding } from '@strongroom/device';
import type { CommandSpec, Run } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { readConfig } from '../home/client-home.ts';
import { isMissing } from '../home/durable-file.ts';
import { withDevice } from '../session/with-device.ts';
import { examineServed } from '../web-bundle/examine-served.ts';

const clockSkewMsMax = 60_000;

export const doctorCommands: readonly CommandSpec[] = [{ path: 'doctor', run: examine }];

async function examine(run: Run): Promise<number> {
  const { output } = run;
  const findings = [...(await examineHome(run))];
  let exitCode: number = exitCodes.ok;
  if ((await readConfig(run.home)) !== undefined) {
    try {
      const { interrupted } = run.context;
      findings.push(
        ...(await withDevice(run, async ({ device, config }) => [
          ...(await device.doctor()),
          ...(await examineServed({ device, server: config.server, interrupted })),
        ])),
      );
    } catch (error) {
      if (!(error instanceof StrongroomError)) throw error;
      findings.push({ code: error.code, severity: 'failure', source: 'device', details: error.details });
      exitCode = exitCodeOf(error.code);
    }
  }
  if (exitCode === exitCodes.ok && findings.some(({ severity }) => severity === 'failure')) {
    exitCode = exitCodes.refused;
  }
  output.result(findings, () => {
    output.table(
      [
        { heading: output.t('cli.column.state') },
        { heading: output.t('cli.column.where') },
        { heading: output.t('cli.column.what') },
      ],
      findings.map((finding) => [
        output.t(`severity.${finding.severity}`),
        output.t(`cli.doctor.${finding.source}`),
        describeFinding(run, finding),
      ]),
    );
    if (findings.every(({ severity }) => severity === 'ok')) output.line(output.t('cli.doctor.good'));
  });
  return exitCode;
}

function describeFinding(run: Run, finding: Finding): string {
  const { texts } = run.output;
  const { code, details } = finding;
  const found = texts.find(`finding.${code}`, details) ?? texts.find(`error.${code}.title`, details) ?? code;
  const next = texts.find(`error.${code}.next`, details);
  return finding.severity === 'failure' && next !== undefined ? `${found}. ${next}` : found;
}

async function examineHome(run: Run): Promise<readonly Finding[]> {
  const { context, home } = run;
  const findings: Finding[] = [];
  const note = (code: string, severity: Finding['severity'], details: Finding['details'] = {}): void => {
    findings.push({ code, severity, source: 'device', details });
  };
  try {
    const { mode, uid } = await lstat(home.folder);
    const isPrivate = context.userId === undefined || (uid === context.userId && (mode & 0o077) === 0);
    note(isPrivate ? 'HOME_PRIVATE' : 'HOME_NOT_PRIVATE', isPrivate ? 'ok' : 'warning');
  } catch (error) {
    if (!isMissing(error)) throw error;
    note('HOME_NEW', 'notice');
    return findings;
  }
  const config = await readConfig(home);
  if (config === undefined) {
    note('HOME_NEW', 'notice');
    return findings;
  }
  await examineServer(run, config.server, note);
  return findings;
}

async function examineServer(
  run: Run,
  server: string,
  note: (code: string, severity: Finding['severity'], details?: Finding['details']) => void,
): Promise<void> {
  const { clock } = run.context;
  let response: Response;
  try {
    response = await fetch(`${server}/v1/health`, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    await response.arrayBuffer();
  } catch {
    note('SERVER_UNREACHABLE', 'failure'); // whatever the network said, the finding is the same
    return;
  }
  note('SERVER_ANSWERS', 'ok', { status: response.status });
  const theirMs = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(theirMs)) return;
  const skewMs = Math.abs(clock.nowMs() - theirMs);
  if (skewMs > clockSkewMsMax) note('CLOCK_DIFFERS', 'warning', { seconds: Math.round(skewMs / 1000) });
}
