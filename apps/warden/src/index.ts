/** What the server may use of the warden: its client, its messages, the way to start it, and test control. Never its inside. */
export { connectWarden } from './client/connect-warden.ts';
export type { WardenClient } from './client/connect-warden.ts';
export { startWarden } from './client/start-warden.ts';
export type { StartWardenOptions, WardenProcess } from './client/start-warden.ts';
export type * from './protocol/messages.ts';
export { wardenProtocol } from './protocol/messages.ts';
export { lockHome } from './storage/home-lock.ts';
export { createControllableClock, createSystemClock } from './clock.ts';
export type { Clock, ControllableClock } from './clock.ts';
export { createFaultPoints, createIdleFaultPoints } from './test-control/fault-points.ts';
export type { FaultAction, FaultPoints, FaultPlatform } from './test-control/fault-points.ts';
export { assertTestEnvironment, startTestControl } from './test-control/test-control.ts';
export type { TestControl, TestControlOptions } from './test-control/test-control.ts';
export { wardenFaultPoints } from './warden-fault-points.ts';
export type { WardenFaultPoint } from './warden-fault-points.ts';
