/** Places where a test may make the server die, fail or wait. A test walks the list. */
export const serverFaultPoints = [
  'server.append.before-transaction',
  'server.append.in-transaction',
  'server.append.after-transaction',
  'server.append.before-warden',
  'server.append.after-warden',
  'server.append.before-answer',
  'server.upload.after-part-fsync',
  'server.version.before-finalise',
  'server.version.after-finalise',
  'server.version.before-answer',
  'server.firm.after-genesis',
  'server.vault.after-prepare',
  'server.vault.before-database',
  'server.session.before-answer',
] as const;

/** The name of one. */
export type ServerFaultPoint = (typeof serverFaultPoints)[number];
