import type { HandlersOf } from '../../handler.ts';
import { startDevice } from './start-device.ts';
import { endSession, finishSignIn, startSignIn } from './sign-in.ts';

export { keepAttempt, takeAttempt } from './attempts.ts';
export { dropEndedSessions, findSession, getSession } from './sessions.ts';
export const sessionHandlers: HandlersOf<'startSignIn' | 'finishSignIn' | 'startDevice' | 'endSession'> = {
  startSignIn,
  finishSignIn,
  startDevice,
  endSession,
};
