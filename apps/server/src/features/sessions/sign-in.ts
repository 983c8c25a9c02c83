/**
 * Signing in: OPAQUE, then the device's signature over the challenge. People who do not exist are answered like those who do;
 * why a sign-in is refused is never told.
 */
import { encodeBody, findDevice, isDeviceValid, personOf } from '@strongroom/authority';
import {
  AccessError,
  encodeBase64url,
  encodeCbor,
  hashLabelled,
  officeId,
  verifyLabelled,
} from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler } from '../../handler.ts';
import type { OfficeTables, Writer } from '../../storage/index.ts';
import { findPasswordRecord } from '../passwords/index.ts';
import { keepAttempt, takeAttempt } from './attempts.ts';
import type { Attempt } from './attempts.ts';
import { dropSession, getSession, makeSession } from './sessions.ts';

export const startSignIn: Handler<'startSignIn'> = async (context, { body: input }) => {
  const record = await findPasswordRecord(context, input.person);
  const { state, answer } = context.opaque.startLogin({
    person: input.person,
    record,
    request: input.loginRequest,
  });
  const attempt = context.engine.randomBytes(16);
  const challenge = context.engine.randomBytes(32);
  keepAttempt(context, attempt, {
    person: input.person,
    device: input.device,
    state,
    challenge,
    loginResponse: answer,
    isOwnDevice: personOf(context.ledgers.officeState, input.device) === input.person,
    startedMs: context.clock.monotonicMs(),
  });
  return { attempt, challenge, loginResponse: answer };
};

export const finishSignIn: Handler<'finishSignIn'> = async (context, { body: input }) => {
  const attempt = takeAttempt(context, input.attempt);
  if (attempt === undefined) throw new AccessError('SIGN_IN_REFUSED');
  const { office, root } = {
    office: context.ledgers.officeState,
    root: context.ledgers.officeState.firm?.root,
  };
  const isPassword = context.opaque.finishLogin(attempt.state, input.finishRequest);
  const device = findDevice(office, attempt.device);
  const isSigned = await verifyLabelled(context.engine, {
    label: 'session',
    publicKey: device?.sign ?? new Uint8Array(32),
    bytes: encodeCbor([
      root ?? new Uint8Array(32),
      attempt.device,
      attempt.challenge,
      hashLabelled(context.engine, 'opaque', attempt.loginResponse),
    ]),
    signature: input.signature,
  });
  const isOwn = personOf(office, attempt.device) === attempt.person;
  const isValid = isOwn && isDeviceValid(office, attempt.device, context.ledgers.now().at);
  if (!isPassword || !isSigned || !isValid) {
    // A line only where the device proved itself: else anybody could fill the ledger.
    if (isValid && isSigned) await writeSignIn(context, attempt, { ok: false });
    throw new AccessError('SIGN_IN_REFUSED');
  }
  const { token, row } = makeSession(context, { device: attempt.device, person: attempt.person });
  try {
    await writeSignIn(context, attempt, { ok: true, row });
  } catch (cause) {
    // Nothing was wrong with what was proven: who asks again is not told that it was.
    keepAttempt(context, input.attempt, attempt);
    throw cause;
  }
  await context.faults.hit('server.session.before-answer');
  return { session: encodeBase64url(token), expiresAtMs: row.created_ms + limits.sessionLifeMsMax };
};

export const endSession: Handler<'endSession'> = async (context, { session }) => {
  await dropSession(context, getSession(session).tokenHash);
};

async function writeSignIn(
  context: ServerContext,
  { device, person }: Attempt,
  outcome: { ok: boolean; row?: ReturnType<typeof makeSession>['row'] },
): Promise<void> {
  const insertRow = async (writer: Writer<OfficeTables>): Promise<void> => {
    if (outcome.row !== undefined) await writer.insertInto('sessions').values(outcome.row).execute();
  };
  // In restore mode nothing may be appended, and signing in is all that is left.
  if (context.ledgers.isRestoreMode) {
    await context.folders.office.transact(insertRow);
    return;
  }
  await context.ledgers.office.append({
    body: encodeBody({ k: 'signed-in', l: officeId, d: device, person, ok: outcome.ok }),
    sigs: [],
    isOnce: false,
    write: (writer) => insertRow(writer),
  });
}
