/** How far the time-stamp authority has stamped each ledger. Nothing is said where none is configured: it is optional. */
import type { Finding } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

/** One finding a ledger, and one of what the authority does wrong. */
export async function checkTimeStamps({ timeStamps, ledgers }: ServerContext): Promise<Finding[]> {
  if (!timeStamps.isOn) return [];
  const findings: Finding[] = [];
  const { failure } = timeStamps;
  if (failure !== undefined)
    findings.push({ code: 'TIME_STAMP_FAILED', severity: 'warning', details: { reason: failure } });
  for (const ledger of [ledgers.office.id, ...ledgers.vaults()]) {
    const { newest, isLate } = await timeStamps.report(ledger);
    const size = newest?.size ?? 0;
    if (isLate) findings.push({ code: 'TIME_STAMP_LATE', severity: 'warning', details: { ledger, size } });
    else if (size > 0) findings.push({ code: 'TIME_STAMPED', severity: 'info', details: { ledger, size } });
  }
  return findings;
}
