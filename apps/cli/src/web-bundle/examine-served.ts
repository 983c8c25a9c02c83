/** What `doctor` says of the code that this device's server gives to browsers. */
import type { Device, Finding } from '@strongroom/device';
import { checkServed } from './check-served.ts';
import { judgeServed } from './judge-served.ts';

/** One finding, or none where the server gives out no web application. */
export async function examineServed(options: {
  readonly device: Device;
  readonly server: string;
  readonly interrupted: AbortSignal;
}): Promise<Finding[]> {
  const { device, server, interrupted } = options;
  const served = await checkServed({ origin: server, interrupted });
  const isServing = served.differences.every(({ kind, found }) => kind !== 'list' || found !== '404');
  if (!isServing) return [];
  const rows = await device.bundles.list();
  const [newest] = rows;
  const find = (code: string, severity: Finding['severity'], details: Finding['details'] = {}): Finding[] => [
    { code, severity, source: 'device', details },
  ];
  if (newest === undefined) return find('BUNDLE_UNPUBLISHED', 'warning');
  const { state } = judgeServed(served, { from: 'ledger', rows });
  const number = served.number ?? 0;
  if (state === 'differs') return find('BUNDLE_DIFFERS', 'failure');
  if (state === 'older') return find('BUNDLE_OLDER', 'warning', { number, newest: newest.number });
  return find('BUNDLE_AGREES', 'ok', { number, line: newest.line.index });
}
