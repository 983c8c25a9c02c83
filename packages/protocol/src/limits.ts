/** Every limit of the contract, by name. Each is tested at the limit and one above. */
export const limits = {
  /** JSON body of an ordinary call. */
  bodyBytesMax: 262_144,
  /** JSON body of a call that carries attachments, cards or lists. */
  largeBodyBytesMax: 8_388_608,
  entryBytesMax: 65_535,
  attachmentBytesMax: 4_194_304,
  attachmentsMax: 64,
  cardBytesMax: 66_560,
  headerBytesMax: 8_192,
  partsPerRequestMax: 500,
  listCountMax: 20_000,
  roomsPerLeaseMax: 500,
  /** How long a device may use a released cache key, and may not ask for it again. */
  leaseMs: 86_400_000,
  cardsPerCallMax: 1_000,
  /** Rooms that are given a slot each in one call. */
  roomsPerSlotsMax: 500,
  slotsPerBlockMax: 1_000,
  chainsPerSyncMax: 2_000,
  entriesPerSyncMax: 2_000,
  linesPerCallMax: 1_000,
  /** An authority's answer: a signature and a few certificates. */
  timeStampBytesMax: 65_536,
  timeStampsPerCallMax: 50,
  disposalItemsMax: 300,
  /** One upload part: 16 segments of 256 KiB, and the FLOE header (74 bytes) in front of part 0. */
  partBytesMax: 16 * 262_144 + 74,
  bodyStoredBytesMax: 17_180_000_000,
  uploadsOpenPerPersonMax: 64,
  keyringBytesMax: 1_048_576,
  opaqueMessageBytesMax: 1_024,
  /** Calls without a session are counted for all askers together, as this many askers: whom they name anybody may claim. */
  openAskersMax: 20,
  /** Sign-ins under way that are kept for one person; a finished one is none. */
  attemptsPerPersonMax: 64,
  attemptsMax: 10_000,
  attemptLifeMs: 120_000,
  /** Requests of devices that wait to be adopted; kept so long after their start, and again after their taking. */
  adoptionsMax: 4_000,
  adoptionLifeMs: 600_000,
  adoptionBytesMax: 2_048,
  requestBytesMax: 131_072,
  requestAgeMsMax: 600_000,
  headsAgeMsMax: 600_000,
  sessionIdleMs: 900_000,
  sessionLifeMsMax: 43_200_000,
  firstRunCodeLifeMs: 3_600_000,
  refusalLinesPerHourMax: 60,
  orphanAgeMs: 86_400_000,
} as const;
