/** What the server may use of the warden: its client, its messages, the way to start it, and test control. Never its inside. */
export { connectWarden } from './client/connect-warden.ts';
export type { ConnectOptions } from './client/connect-calls.ts';
export type { WardenClient } from './client/connect-warden.ts';
export { startWarden, wardenProgram } from './client/start-warden.ts';
export type { StartWardenOptions, WardenProcess } from './client/start-warden.ts';
export { connectMsMax, linkName } from './link/connect-link.ts';
export type { WardenAddress } from './link/connect-link.ts';
export { isPin, parseAddress, pinOf, readCredentials, readPeers } from './link/credentials.ts';
export type { LinkCredentials, LinkPeer, PeerUse } from './link/credentials.ts';
export type * from './protocol/messages.ts';
export { wardenProtocol } from './protocol/messages.ts';
export { lockHome } from './storage/home-lock.ts';
export { createControllableClock, createSystemClock } from './clock.ts';
export type { Clock, ControllableClock } from './clock.ts';
export { createFaultPoints, createIdleFaultPoints } from './test-control/fault-points.ts';
export type { FaultAction, FaultPoints, FaultPlatform } from './test-control/fault-points.ts';
export { assertTestEnvironment, startTestControl } from './test-control/test-control.ts';
export type { TestControl, TestControlOptions } from './test-control/test-control.ts';
export {
  copyFaultPoints,
  levelFaultPoints,
  standbyFaultPoints,
  startFaultPoints,
  wardenFaultPoints,
} from './warden-fault-points.ts';
export {
  assertNoRestoreUnfinished,
  assertRestored,
  beginRestore,
  endRestore,
  readWardenMemory,
} from './restore/begin-restore.ts';
export type { RememberedLedger, WardenMemory } from './restore/begin-restore.ts';
export type { PlannedLedger, PlannedRoom, RestorePlan } from './tables/restore-plan.ts';
export { assertCopyFolders, homesOf, isNested, liesInCopyFolder } from './copy/copy-folder.ts';
export { copySettingsName, readCopySettings, readMadeCopy } from './copy/copy-settings.ts';
export type { CopySettings, MadeCopy } from './copy/copy-settings.ts';
export { removeCopies } from './copy/copy-files.ts';
export { recoverHome } from './copy/recover-home.ts';
export type { RecoveredHome } from './copy/recover-home.ts';
export { changeLevel, describeLevel } from './level/change-level.ts';
export type { LevelChange, LevelDescription, WantedLevel } from './level/change-level.ts';
export { filePartPath } from './level/file-part.ts';
export { readPartList } from './level/part-list.ts';
export type { KeyPart } from './level/part-list.ts';
export type { WardenFaultPoint } from './warden-fault-points.ts';
