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

/** Those of a start, in the order in which it passes them; the last comes with the first page that nobody asked for. */
export const startFaultPoints = [
  'warden.start.after-key',
  'warden.start.after-root',
  'warden.start.after-snapshot',
  'warden.start.after-cut',
  'warden.start.after-replay',
  'warden.start.after-record',
  'warden.start.at-page',
] as const;

/** Those of a disaster copy. */
export const copyFaultPoints = [
  'warden.copy.after-file',
  'warden.copy.after-new-key',
  'warden.copy.after-old-key-wipe',
] as const;

/** Those of a change of the state key's level. */
export const levelFaultPoints = [
  'warden.level.after-note',
  'warden.level.after-parts',
  'warden.level.after-list',
  'warden.level.after-commit',
  'warden.level.after-removal',
] as const;

/** The name of one of a level's. */
export type LevelFaultPoint = (typeof levelFaultPoints)[number];

/** The name of one of a start's. */
export type StartFaultPoint = (typeof startFaultPoints)[number];

/** The name of one of a copy's. */
export type CopyFaultPoint = (typeof copyFaultPoints)[number];

/** The name of one of a standby's. */
export type StandbyFaultPoint = (typeof standbyFaultPoints)[number];

/** The name of one. */
export type WardenFaultPoint = (typeof wardenFaultPoints)[number];
