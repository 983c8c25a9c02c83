/** What an administrator should know about this installation: codes and numbers; the texts are in the catalogues. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { checkBackup } from './check-backup.ts';
import { checkCopy } from './check-copy.ts';
import { checkTimeStamps } from './check-time-stamps.ts';
import { checkStandby } from './check-standby.ts';

/** File systems that write a changed block elsewhere: what is overwritten there may stay readable (warden.md). */
const copyOnWriteTypes: ReadonlyMap<number, string> = new Map([
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0xca451a4e, 'bcachefs'],
  [0x794c7630, 'overlayfs'],
]);
const dayMs = 86_400_000;
/** Certificates of public authorities are renewed a month before they end: whoever comes to this was not. */
const certificateDaysWarn = 14;
const freeBytesWarn = 2 ** 31;
const freeBytesError = 2 ** 28;

const getDoctor: Handler<'getDoctor'> = async (context) => ({
  findings: [
    { code: 'SERVER_VERSION', severity: 'info', details: { version: context.version } },
    checkSeparation(context),
    ...(await checkBackup(context)),
    ...(context.isUnsafeTest ? [{ code: 'UNSAFE_TEST', severity: 'error', details: {} } as const] : []),
    checkWeb(context),
    ...(await checkTls(context)),
    ...(await checkDisk(context)),
    ...(await checkPermissions(context)),
    ...(await checkWarden(context)),
    ...checkWitnesses(context),
    ...(await checkTimeStamps(context)),
  ],
});

/** A warden of our own user falls with the server: whoever takes the server takes the warden's row of the trust table too. */
function checkSeparation({ warden }: ServerContext): Finding {
  if (warden.place === 'same-user') return { code: 'WARDEN_SAME_USER', severity: 'warning', details: {} };
  const code = warden.place === 'other-user' ? 'WARDEN_OTHER_USER' : 'WARDEN_OTHER_MACHINE';
  return { code, severity: 'info', details: {} };
}

/** Which edition of the web app is served: a device compares it with the one that an administrator signed. */
function checkWeb({ web }: ServerContext): Finding {
  const { state } = web;
  if (state.kind === 'missing') return { code: 'WEB_BUNDLE_MISSING', severity: 'info', details: {} };
  if (state.kind === 'altered') return { code: 'WEB_BUNDLE_ALTERED', severity: 'error', details: {} };
  return { code: 'WEB_BUNDLE', severity: 'info', details: { number: state.number, hash: state.hash } };
}

/** How people reach the server, and until when. */
async function checkTls({ reach, tls, clock }: ServerContext): Promise<Finding[]> {
  if (reach.kind === 'loopback') return [{ code: 'TLS_LOOPBACK', severity: 'info', details: {} }];
  const details = { name: reach.hostName };
  if (reach.kind === 'proxy') return [{ code: 'TLS_BEHIND_PROXY', severity: 'info', details }];
  if (tls === undefined) return [];
  const { authority, pair, refused } = tls;
  const days = Math.floor((pair.endsMs - clock.nowMs()) / dayMs);
  const isOpenToOthers = await stat(tls.keyFile).then(
    ({ mode }) => (mode & 0o007) !== 0,
    () => false, // a file that is gone is found when it changes
  );
  return [
    authority === undefined
      ? { code: 'TLS_FILES', severity: 'info', details }
      : {
          code: 'TLS_OWN_AUTHORITY',
          severity: 'info',
          details: { ...details, fingerprint: authority.fingerprint },
        },
    {
      code: 'TLS_CERTIFICATE_ENDS',
      severity: days < 0 ? 'error' : days < certificateDaysWarn ? 'warning' : 'info',
      details: { endsOn: new Date(pair.endsMs).toISOString().slice(0, 10), days },
    },
    ...(refused === undefined
      ? []
      : [{ code: 'TLS_PAIR_REFUSED', severity: 'warning', details: { reason: refused } } as const]),
    ...(isOpenToOthers ? [{ code: 'TLS_KEY_OPEN_TO_OTHERS', severity: 'error', details: {} } as const] : []),
  ];
}

async function checkDisk(context: ServerContext): Promise<Finding[]> {
  const { bavail, bsize, type } = await statfs(join(context.home, 'warden'));
  const freeBytes = bavail * bsize;
  const fileSystem = copyOnWriteTypes.get(type);
  const severity = freeBytes < freeBytesError ? 'error' : freeBytes < freeBytesWarn ? 'warning' : 'info';
  return [
    { code: 'DISK_FREE', severity, details: { freeBytes } },
    ...(fileSystem === undefined
      ? []
      : [{ code: 'COPY_ON_WRITE', severity: 'warning', details: { fileSystem } } as const]),
  ];
}

async function checkPermissions(context: ServerContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of ['.', 'data', 'warden']) {
    const { mode } = await stat(join(context.home, folder));
    if ((mode & 0o077) !== 0)
      findings.push({
        code: 'FOLDER_OPEN_TO_OTHERS',
        severity: 'error',
        details: { folder, mode: mode & 0o777 },
      });
  }
  return findings;
}

async function checkWarden(context: ServerContext): Promise<Finding[]> {
  const { isReachable, refusing } = context.warden;
  if (!isReachable)
    return [
      { code: 'WARDEN_UNREACHABLE', severity: 'error', details: {} },
      ...(refusing === undefined ? [] : checkStandby(refusing)),
    ];
  const status = await context.warden.call((client) => client.getStatus());
  const { ledgers } = await context.warden.call((client) => client.hello());
  const findings: Finding[] = [
    {
      code: 'STATE_KEY_LEVEL',
      severity: status.level === 'L0' ? 'warning' : 'info',
      details: { level: status.level },
    },
    ...checkStandby(status),
    // What a backup leaves out is what opens it.
    ...checkCopy(status),
    { code: 'WARDEN_FILE_SYSTEM', severity: 'info', details: { fileSystem: status.fileSystem } },
    ...(status.isClockTrusted
      ? []
      : [{ code: 'CLOCK_UNTRUSTED', severity: 'warning', details: {} } as const]),
    ...(status.isTestControlled
      ? [{ code: 'WARDEN_TEST_CONTROLLED', severity: 'error', details: {} } as const]
      : []),
  ];
  for (const position of ledgers) {
    const ledger = context.ledgers.find(position.ledger as Parameters<typeof context.ledgers.find>[0]);
    const isAgreed = ledger === undefined ? position.size === 0 : !ledger.isRestoreMode && !position.isForked;
    findings.push({
      code: isAgreed ? 'LEDGER_AGREES' : 'LEDGER_DIFFERS',
      severity: isAgreed ? 'info' : 'error',
      details: { ledger: position.ledger, size: ledger?.size ?? 0, wardenSize: position.size },
    });
  }
  return findings;
}

/** Who vouches for the heads besides the operator, and whether they still do. */
function checkWitnesses({ witnesses, ledgers }: ServerContext): Finding[] {
  const readers = witnesses.readers.map(({ name, isWitness }): Finding => ({
    code: isWitness ? 'WITNESS_READS' : 'WITNESS_READER_UNKNOWN',
    severity: isWitness ? 'info' : 'warning',
    details: { name },
  }));
  if (witnesses.policy === undefined)
    return [{ code: 'WITNESS_NONE', severity: 'warning', details: {} }, ...readers];
  const unaddressed = witnesses.policy.witnesses
    .filter(({ url }) => url === undefined)
    .map(({ name }): Finding => ({ code: 'WITNESS_UNADDRESSED', severity: 'error', details: { name } }));
  const ofLedgers = [ledgers.office.id, ...ledgers.vaults()].flatMap((ledger): Finding[] => {
    const report = witnesses.report(ledger);
    const others = (report?.witnesses ?? []).filter(({ state }) => state === 'other-history');
    const size = report?.head?.size ?? 0;
    return [
      ...others.map(({ name, size: known }): Finding => ({
        code: 'WITNESS_OTHER_HISTORY',
        severity: 'error',
        details: { ledger, name, size: known },
      })),
      report?.isLate === true
        ? { code: 'WITNESS_LATE', severity: 'error', details: { ledger, size } }
        : { code: 'WITNESS_COSIGNS', severity: 'info', details: { ledger, size } },
    ];
  });
  return [...unaddressed, ...ofLedgers, ...readers];
}

export const doctorHandlers: HandlersOf<'getDoctor'> = { getDoctor };
