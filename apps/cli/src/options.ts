/**
 * Every option of the command line, once: what it looks like and how its value is read. Its explanation is the text
 * `cli.option.<name>`. Commands pick from here, so that one thing is asked for in one way everywhere.
 */

/** How the value of an option is read. */
type OptionKind = 'flag' | 'text' | 'number' | 'list';

/** An option. */
export interface OptionSpec {
  readonly flags: string;
  readonly kind: OptionKind;
  /** The values it takes, where they are a fixed list. */
  readonly choices?: readonly string[];
}

export const optionSpecs = {
  address: { flags: '--address <address>', kind: 'text' },
  all: { flags: '--all', kind: 'flag' },
  alias: { flags: '--alias <name...>', kind: 'list' },
  at: { flags: '--at <host:port>', kind: 'text' },
  authority: { flags: '--authority <path>', kind: 'text' },
  backupFolder: { flags: '--backup <folder>', kind: 'text' },
  behindProxy: { flags: '--behind-proxy <address...>', kind: 'list' },
  class: { flags: '--class <level>', kind: 'text', choices: ['0', '1', '2', '3'] },
  client: { flags: '--client <code>', kind: 'text' },
  code: { flags: '--code <code>', kind: 'text' },
  codeFd: { flags: '--code-fd <number>', kind: 'number' },
  confirm: { flags: '--confirm <text>', kind: 'text' },
  copyFrom: { flags: '--from <folder>', kind: 'text' },
  copyTo: { flags: '--to <folder>', kind: 'text' },
  count: { flags: '--count <number>', kind: 'number' },
  country: { flags: '--country <code...>', kind: 'list' },
  credentials: { flags: '--credentials <path>', kind: 'text' },
  dryRun: { flags: '--dry-run', kind: 'flag' },
  ends: { flags: '--ends <date>', kind: 'text' },
  every: { flags: '--every <hours>', kind: 'number' },
  fingerprint: { flags: '--fingerprint <text>', kind: 'text' },
  folder: { flags: '--folder <path>', kind: 'text' },
  force: { flags: '--force', kind: 'flag' },
  format: { flags: '--format <form>', kind: 'text', choices: ['csv', 'pdf'] },
  from: { flags: '--from <index>', kind: 'number' },
  fromKit: { flags: '--from-kit <path>', kind: 'text' },
  grant: {
    flags: '--grant <role>',
    kind: 'text',
    choices: ['owner', 'administrator', 'officer', 'auditor', 'opener', 'namer'],
  },
  hash: { flags: '--hash <hex>', kind: 'text' },
  home: { flags: '--home <folder>', kind: 'text' },
  hostName: { flags: '--host-name <name>', kind: 'text' },
  idle: { flags: '--idle <minutes>', kind: 'number' },
  instead: { flags: '--instead', kind: 'flag' },
  keep: { flags: '--keep <number>', kind: 'number' },
  keepDaily: { flags: '--keep-daily <number>', kind: 'number' },
  keepDays: { flags: '--keep-days <days>', kind: 'number' },
  keepMonthly: { flags: '--keep-monthly <number>', kind: 'number' },
  keepWeekly: { flags: '--keep-weekly <number>', kind: 'number' },
  keyFolder: { flags: '--key-folder <folder>', kind: 'text' },
  kitFd: { flags: '--kit-fd <number>', kind: 'number' },
  kitFile: { flags: '--kit-file <path>', kind: 'text' },
  language: { flags: '--language <code>', kind: 'text', choices: ['en', 'fr', 'zh', 'pl'] },
  linkFile: { flags: '--link-file <path>', kind: 'text' },
  listen: { flags: '--listen <address>', kind: 'text' },
  manager: { flags: '--manager', kind: 'flag' },
  minimum: { flags: '--minimum <number>', kind: 'number' },
  moveFrom: { flags: '--move-from <folder>', kind: 'text' },
  moveTo: { flags: '--move-to <folder>', kind: 'text' },
  name: { flags: '--name <name>', kind: 'text' },
  names: { flags: '--names', kind: 'flag' },
  newKey: { flags: '--new-key <path>', kind: 'text' },
  network: { flags: '--network', kind: 'flag' },
  noHistory: { flags: '--without-history', kind: 'flag' },
  ofPerson: { flags: '--person <name>', kind: 'text' },
  off: { flags: '--off', kind: 'flag' },
  office: { flags: '--office', kind: 'flag' },
  output: { flags: '-o, --output <path>', kind: 'text' },
  ownAuthority: { flags: '--own-authority', kind: 'flag' },
  partFolder: { flags: '--part-folder <folder>', kind: 'text' },
  person: { flags: '--person <name>', kind: 'text' },
  personId: { flags: '--person-id <id>', kind: 'text' },
  pin: { flags: '--pin <hex>', kind: 'text' },
  timeStampAuthorities: { flags: '--time-stamp-authorities <path>', kind: 'text' },
  policy: { flags: '--policy <path>', kind: 'text' },
  port: { flags: '--port <number>', kind: 'number' },
  profession: { flags: '--profession <name>', kind: 'text' },
  proveKit: { flags: '--prove-kit <path>', kind: 'text' },
  purpose: {
    flags: '--purpose <purpose>',
    kind: 'text',
    choices: ['work', 'review', 'conflict-check', 'handover', 'audit', 'request-of-client', 'legal-duty'],
  },
  quorum: { flags: '--quorum <number>', kind: 'number' },
  reason: { flags: '--reason <text>', kind: 'text' },
  reasons: { flags: '--reasons', kind: 'flag' },
  recipient: { flags: '--recipient <age...>', kind: 'list' },
  region: { flags: '--region <name>', kind: 'text' },
  record: { flags: '--record <id...>', kind: 'list' },
  recordVersion: { flags: '--record-version <number>', kind: 'number' },
  revoke: {
    flags: '--revoke <role>',
    kind: 'text',
    choices: ['owner', 'administrator', 'officer', 'auditor', 'opener', 'namer'],
  },
  role: {
    flags: '--role <role...>',
    kind: 'list',
    choices: ['opener', 'auditor', 'officer', 'administrator'],
  },
  root: { flags: '--root <text>', kind: 'text' },
  server: { flags: '--server <url>', kind: 'text' },
  serverHome: { flags: '--home <folder>', kind: 'text' },
  since: { flags: '--since <date>', kind: 'text' },
  signKitNote: { flags: '--sign-kit-note', kind: 'flag' },
  socket: { flags: '--socket <path>', kind: 'text' },
  startAt: { flags: '--start-at <hh:mm>', kind: 'text' },
  standby: { flags: '--standby', kind: 'flag' },
  timer: { flags: '--timer', kind: 'flag' },
  tlsCertificate: { flags: '--tls-certificate <path>', kind: 'text' },
  tlsKey: { flags: '--tls-key <path>', kind: 'text' },
  tpm: { flags: '--tpm', kind: 'flag' },
  unproven: { flags: '--unproven', kind: 'flag' },
  until: { flags: '--until <date>', kind: 'text' },
  vault: { flags: '--vault <name>', kind: 'text' },
  versions: { flags: '--versions', kind: 'flag' },
  wait: { flags: '--wait <hours>', kind: 'number' },
  warden: { flags: '--warden <folder>', kind: 'text' },
  web: { flags: '--web <folder>', kind: 'text' },
  years: { flags: '--years <number>', kind: 'number' },
  withoutDevice: { flags: '--without-device <id...>', kind: 'list' },
} as const satisfies Record<string, OptionSpec>;

/** Name of an option. */
export type OptionName = keyof typeof optionSpecs;

/** Options of the whole program. */
export const globalOptionSpecs = {
  lang: { flags: '--lang <code>', kind: 'text' },
  json: { flags: '--json', kind: 'flag' },
  noAgent: { flags: '--no-agent', kind: 'flag' },
  passwordFd: { flags: '--password-fd <number>', kind: 'number' },
} as const satisfies Record<string, OptionSpec>;
