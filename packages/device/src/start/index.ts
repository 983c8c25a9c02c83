export { addDevice } from './add-device.ts';
export { beginAdoption } from './begin-adoption.ts';
export { beginEnrolment } from './begin-enrolment.ts';
export { beginFirm } from './begin-firm.ts';
export { unlock } from './sign-in.ts';
export { findEnrolment } from './find-enrolment.ts';
export type { Enrolment } from './find-enrolment.ts';
