/** The right of the warden's service to use this machine's TPM: an addition to its unit, which has no device otherwise. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** The unit of the service, and the device of the TPM. */
const defaults = { unitPath: '/etc/systemd/system/strongroom-warden.service', device: '/dev/tpmrm0' };

/** What is needed of the machine. */
type UnitHost = {
  readonly hasSystemd: boolean;
  run(program: string, args: readonly string[]): void;
};

/** Path of the addition to a unit. */
function tpmAccessPath(unitPath: string): string {
  return join(`${unitPath}.d`, 'tpm.conf');
}

/** @param group number of the device's group, which the service's user joins; root's is not given */
function formatTpmAccess(device: string, group: number): string {
  return [
    '[Service]',
    'PrivateDevices=no',
    'DevicePolicy=closed',
    `DeviceAllow=${device} rw`,
    `Environment=TPM2TOOLS_TCTI=device:${device}`,
    ...(group === 0 ? [] : [`SupplementaryGroups=${group}`]),
    '',
  ].join('\n');
}

/**
 * Gives or takes the right, where the home is a service's; it counts from the service's next start. Answers the device that was given,
 * undefined where none was.
 */
export function setTpmAccess(
  host: UnitHost,
  access: {
    readonly home: string;
    readonly isWanted: boolean;
    readonly unitPath?: string;
    readonly device?: string;
  },
): string | undefined {
  const { home, isWanted, unitPath, device } = { ...defaults, ...access };
  if (!existsSync(unitPath) || !readFileSync(unitPath, 'utf8').includes(home)) return undefined;
  const isGiven = isWanted && existsSync(device);
  if (isGiven) {
    const path = tpmAccessPath(unitPath);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, formatTpmAccess(device, statSync(device).gid), { mode: 0o644 });
  } else removeTpmAccess(unitPath);
  if (host.hasSystemd) host.run('systemctl', ['daemon-reload']);
  return isGiven ? device : undefined;
}

/** Other additions to the unit are its administrator's, and stay. */
export function removeTpmAccess(unitPath: string): void {
  const path = tpmAccessPath(unitPath);
  rmSync(path, { force: true });
  const folder = dirname(path);
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
