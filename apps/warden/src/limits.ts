/** Every limit of the warden, in one place, times in milliseconds (docs/spec/warden.md section 7). */

export const wardenLimits = {
  /** Entry hashes kept for each ledger. */
  recentHashesMax: 65_536,
  /** A signed request is good for this long, by the warden's clock, into the past and into the future. */
  requestAgeMsMax: 600_000,
  /** How far an entry's office size may lie behind the office. */
  officeLagMsMax: 60_000,
  /** With an own entry outstanding this long nothing is released. */
  ownOutstandingMsMax: 10_000,
  /** Cards a device is given in an hour: lists, cards by open, and cache keys, each as one. */
  cardsPerHourMax: 20_000,
  /** Bodies a device is given in an hour. */
  bodiesPerHourMax: 2_000,
  /** Items of disposals approved in 24 hours, in one vault. */
  disposalItemsPerDayMax: 5_000,
  disposalWindowMs: 86_400_000,
  /** Void intents remembered for a disposal. */
  voidIntentsMax: 64,
  /** From approval to destruction. */
  graceMsDefault: 259_200_000,
  graceMsMax: 31_536_000_000,
  /** From the end of an hour to its cut. */
  hourCutDelayMs: 3_600_000,
  /** Largest block of slots. */
  slotBlockMax: 1_000,
  /** Skipped in each hour and in the permanent range at every start. */
  slotSkipAtStart: 4_096,
  /** The same at the start of a copy and at a restore: 255 of them fit in a range. */
  slotSkipOfCopy: 1_048_576,
  /** A `written` line may pull the mark up from at most this far below its slot. */
  slotObserveWindow: 1_048_576,
  /** Blocks of the permanent range are remembered this long for sealing. */
  blockAgeMsMax: 2_592_000_000,
  /** Slots of a vault whose use is remembered; the oldest blocks are closed beyond it. */
  slotMarksPerVaultMax: 1_048_576,
  /** Blocks of one room in a row are remembered as one up to this size. */
  slotBlockMergeMax: 4_096,
  intakeKeyMs: 3_600_000,
  sealItemsMax: 2_000,
  appendItemsMax: 8_192,
  clockDriftMsMax: 3_600_000,
  clockConfirmMsMax: 60_000,
  /** Journal size from which a snapshot is made. */
  journalBytesMax: 67_108_864,
  /** Seeds in a page. */
  pageSeedsMax: 4_096,
  /** Frames of one connection under work at once. */
  callsInFlightMax: 256,
} as const;
