import type { HandlersOf } from '../../handler.ts';
import { endSession, finishSignIn, startSignIn } from './sign-in.ts';

export { dropEndedSessions, findSession, getSession } from './sessions.ts';
export const sessionHandlers: HandlersOf<'startSignIn' | 'finishSignIn' | 'endSession'> = {
  startSignIn,
  finishSignIn,
  endSession,
};
