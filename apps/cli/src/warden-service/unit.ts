/** The warden's systemd unit: a user of its own, nothing of the machine in its reach but its home and its socket, no dump and no swap. */

/** What a unit is made of. */
export type UnitParts = {
  readonly user: string;
  readonly home: string;
  /** Folder of the socket, under /run. */
  readonly runtimeFolder: string;
  readonly node: string;
  readonly program: string;
  /** `host:port` for other machines; absent: the socket alone. */
  readonly listen: string | undefined;
  /** It calls another machine: its standby. */
  readonly isNetworked: boolean;
  /** Folders outside its home that it writes to: the disaster copy's and its key's. One that is away stops no start. */
  readonly writable: readonly string[];
};

/** The socket of a unit's warden. */
export function socketOf(runtimeFolder: string): string {
  return `/run/${runtimeFolder}/warden.sock`;
}

/** @throws RangeError for a path that a unit file cannot say */
export function formatUnit(parts: UnitParts): string {
  const { user, home, runtimeFolder, node, program, listen, isNetworked, writable } = parts;
  const command = [
    node,
    '--disable-warning=ExperimentalWarning',
    program,
    '--home',
    home,
    '--socket',
    socketOf(runtimeFolder),
    '--share-socket',
    ...(listen === undefined ? [] : ['--listen', listen]),
  ].map(quoteUnitWord);
  // The program is read, never written, wherever it lies; the copy's folders are written wherever they lie.
  const isUnderHome = [node, program, ...writable].some((path) => /^\/(?:home|root|run\/user)\//.test(path));
  const network =
    listen === undefined && !isNetworked
      ? ['PrivateNetwork=yes', 'RestrictAddressFamilies=AF_UNIX']
      : ['RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6'];
  return [
    '[Unit]',
    'Description=Strongroom warden',
    'After=network.target local-fs.target',
    `RequiresMountsFor=${quoteUnitWord(home)}`,
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${command.join(' ')}`,
    `User=${user}`,
    `Group=${user}`,
    'Restart=always',
    'RestartSec=1',
    'TimeoutStopSec=30',
    'UMask=0077',
    `RuntimeDirectory=${runtimeFolder}`,
    'RuntimeDirectoryMode=0750',
    '',
    '# Secrets: no dump of its memory, none of it on a swap disk.',
    'LimitCORE=0',
    'MemorySwapMax=0',
    '',
    '# Reach: its home, the folders of its disaster copy, and nothing else.',
    `ReadWritePaths=${[home, ...writable.map((folder) => `-${folder}`)].map(quoteUnitWord).join(' ')}`,
    'ProtectSystem=strict',
    `ProtectHome=${isUnderHome ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    ...network,
    'ProtectProc=invisible',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectControlGroups=yes',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'RemoveIPC=yes',
    'KeyringMode=private',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged',
    'SystemCallErrorNumber=EPERM',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** One word of a unit file: `%` and `$` mean something there, and a line ends at its end. */
export function quoteUnitWord(word: string): string {
  if (/[\n\r\0"\\']/.test(word)) throw new RangeError('a unit file cannot say this path');
  const plain = word.replaceAll('%', '%%').replaceAll('$', () => '$$');
  return /^[\w@%+=:,./$[\]-]+$/.test(plain) ? plain : `"${plain}"`;
}
