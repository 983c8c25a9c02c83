/** What is not as it should be, as seen from this device, and from the server and warden for whoever may ask. */
import { AccessError, encodeHex, officeId, StrongroomError } from '@strongroom/core';
import { isGenerationDue, openDisputes } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { Finding } from '../device/device.ts';
import { listUploads } from '../records/list-uploads.ts';

const severities = { info: 'notice', warning: 'warning', error: 'failure' } as const;

export async function findTroubles(context: DeviceContext): Promise<Finding[]> {
  const { api, book, person } = context;
  const findings: Finding[] = [];
  const add = (code: string, severity: Finding['severity'], details: Finding['details'] = {}): void => {
    findings.push({ code, severity, source: 'device', details });
  };
  const health = await api.call('getHealth');
  if (!health.isWardenReachable) add('WARDEN_UNAVAILABLE', 'failure');
  if (health.isRestoreMode) add('RESTORE_MODE', 'failure');
  if (health.isUnsafeTest) add('UNSAFE_TEST', 'failure');
  try {
    await book.sync();
    add('LEDGERS_VERIFIED', 'ok', {
      ledgers: book.ledgers().length,
      officeSize: book.anchor(officeId).head.size,
    });
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    add(cause.code, 'failure', cause.details);
  }
  findings.push(...findOwnBundle(context));
  const disputed = openDisputes(book.office).length;
  if (disputed > 0) add('OPENINGS_DISPUTED', 'failure', { count: disputed });
  if (isGenerationDue(book.office, person, Number.MAX_SAFE_INTEGER)) add('GENERATION_DUE', 'warning');
  const uploads = await listUploads(context);
  if (uploads.length > 0) add('UPLOADS_PENDING', 'notice', { count: uploads.length });
  try {
    const answer = await api.call('getDoctor');
    for (const { code, severity, details } of answer.findings) {
      findings.push({
        code,
        severity: severities[severity],
        source: code.startsWith('WARDEN') ? 'warden' : 'server',
        details,
      });
    }
  } catch (cause) {
    // Only administrators may ask the server; everybody else sees what the device sees.
    if (!(cause instanceof AccessError)) throw cause;
  }
  return findings;
}

/** What the code that this device runs in is by the firm's statements, as far as they are known here. */
function findOwnBundle({ book, env }: DeviceContext): Finding[] {
  const { bundle } = env;
  const kept = book.office.webBundles ?? [];
  const newest = kept.at(-1);
  if (bundle === undefined) return [];
  const find = (code: string, severity: Finding['severity'], details: Finding['details']): Finding[] => [
    { code, severity, source: 'device', details },
  ];
  const { number } = bundle;
  if (newest === undefined) return find('BUNDLE_UNPUBLISHED', 'warning', {});
  const isNamed = kept.some(
    (each) => each.number === number && (bundle.hash === undefined || encodeHex(each.hash) === bundle.hash),
  );
  if (!isNamed) return find('BUNDLE_UNKNOWN', 'warning', { number });
  if (number < newest.number) return find('BUNDLE_OLDER', 'warning', { number, newest: newest.number });
  return find('BUNDLE_AGREES', 'ok', { number, line: newest.from });
}
