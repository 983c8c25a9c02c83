/** Every place where a test may strike the warden; a test walks the list. */
export const wardenFaultPoints = [
  'warden.journal.before-write',
  'warden.journal.after-write',
  'warden.journal.after-fsync',
  'warden.append.before-sign',
  'warden.append.before-answer',
  'warden.slots.before-write',
  'warden.slots.before-answer',
  'warden.puncture.after-intent',
  'warden.puncture.after-page-write',
  'warden.puncture.after-root',
  'warden.puncture.after-new-key',
  'warden.puncture.after-old-key-wipe',
  'warden.puncture.before-destroyed-line',
  'warden.snapshot.after-write',
  'warden.snapshot.after-rename',
  'warden.prepare-ledger.before-write',
  'warden.prepare-ledger.before-answer',
] as const;

/** Those of a standby: it alone comes to them. */
export const standbyFaultPoints = ['warden.standby.before-apply', 'warden.standby.before-ack'] as const;

/** The name of one of a standby's. */
export type StandbyFaultPoint = (typeof standbyFaultPoints)[number];

/** The name of one. */
export type WardenFaultPoint = (typeof wardenFaultPoints)[number];
