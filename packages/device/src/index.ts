export type * from './environment/index.ts';
export type * from './device/device.ts';
export { addDevice, beginFirm, beginEnrolment, unlock } from './start/index.ts';
export { openDevice } from './device/open-device.ts';
