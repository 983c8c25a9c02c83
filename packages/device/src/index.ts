export type * from './environment/index.ts';
export type * from './device/device.ts';
export type * from './device/facade.ts';
export type * from './device/mine.ts';
export type * from './device/preferences.ts';
export type * from './device/today.ts';
export { addDevice, beginAdoption, beginEnrolment, beginFirm, findEnrolment, unlock } from './start/index.ts';
export type { Enrolment } from './start/index.ts';
export { openDevice } from './device/open-device.ts';
