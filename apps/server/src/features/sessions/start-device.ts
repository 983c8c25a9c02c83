/**
 * A person with password and kit, and no enrolled device at hand: OPAQUE alone gives a pass to add one. Refused alike, with the
 * same work, for a wrong password, another kit, a person who does not exist or is suspended.
 */
import { findDevice, isUnlockValid, personOf } from '@strongroom/authority';
import { AccessError, encodeBase64url } from '@strongroom/core';
import type { UnlockId } from '@strongroom/core';
import type { Handler } from '../../handler.ts';
import { findPasswordUnlockOf } from '../passwords/index.ts';
import { takeAttempt } from './attempts.ts';
import { makePass } from './passes.ts';

export const startDevice: Handler<'startDevice'> = async (context, { body: input }) => {
  const attempt = takeAttempt(context, input.attempt);
  if (attempt === undefined) throw new AccessError('SIGN_IN_REFUSED');
  const { person, device } = attempt;
  const isPassword = context.opaque.finishLogin(attempt.state, input.finishRequest);
  const unlock = (await findPasswordUnlockOf(context, person)) as UnlockId | undefined;
  const office = context.ledgers.officeState;
  const isOwn =
    unlock !== undefined &&
    personOf(office, unlock) === person &&
    isUnlockValid(office, unlock, context.ledgers.now().at);
  if (!isPassword || !isOwn || findDevice(office, device) !== undefined)
    throw new AccessError('SIGN_IN_REFUSED');
  const { token, lifeMs } = makePass(context, { device, person, unlock });
  return { session: encodeBase64url(token), expiresAtMs: context.clock.nowMs() + lifeMs, unlock };
};
