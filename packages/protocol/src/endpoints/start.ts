/** First run, invitations, signing in. */
import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { receipt, attachments, headsBytes, signedBody } from '../wire/receipt.ts';
import { bytes, count, exactBytes, id, instantMs } from '../wire/scalars.ts';
import { none } from './none.ts';

const opaqueMessage = bytes({ min: 1, max: limits.opaqueMessageBytesMax });
const firstRunCode = z.string().min(1).max(64);

export const prepareFirm = endpoint({
  method: 'POST',
  path: '/v1/firm/prepare',
  gate: 'first-run',
  event: 'none',
  summary: "The warden's keys and the OPAQUE answer that the genesis needs",
  params: none,
  query: none,
  input: z.strictObject({
    code: firstRunCode,
    firm: id('frm'),
    person: id('per'),
    registrationRequest: opaqueMessage,
  }),
  output: z.strictObject({
    wardenNumber: count(),
    wardenSign: exactBytes(32),
    vkey: z.string().max(512),
    origin: z.string().max(255),
    registrationResponse: opaqueMessage,
  }),
  answer: 'json',
  errors: ['FIRST_RUN_CODE_INVALID', 'FIRM_EXISTS', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 20 },
});

const enrolmentParts = {
  ...signedBody.shape,
  attachments,
  registrationRecord: opaqueMessage,
  kitHalf: exactBytes(32),
  /** Boxes, kit note and the like that must stand before the person can work: signed bodies handed in with the first. */
  following: z.array(signedBody).max(8),
};

export const createFirm = endpoint({
  method: 'POST',
  path: '/v1/firm',
  gate: 'first-run',
  event: 'firm.created',
  summary: 'The genesis: entry 0 of the office ledger',
  params: none,
  query: none,
  input: z.strictObject({ code: firstRunCode, ...enrolmentParts }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: [
    'FIRST_RUN_CODE_INVALID',
    'FIRM_EXISTS',
    'FIRST_RUN_OVERTAKEN',
    'ENTRY_REFUSED',
    'WARDEN_UNAVAILABLE',
  ],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 20 },
});

/** Firm chain and the invitation's facts, for whoever proves the invitation's key (label `enrolment` over the nonce and id). */
const invitationProof = z.strictObject({ invitation: id('inv'), at: instantMs, signature: exactBytes(64) });

export const startRegistration = endpoint({
  method: 'POST',
  path: '/v1/registrations',
  gate: 'invitation',
  event: 'none',
  summary: 'OPAQUE registration answer, and the firm chain up to the invitation',
  params: none,
  query: none,
  input: z.strictObject({ proof: invitationProof, registrationRequest: opaqueMessage }),
  output: z.strictObject({
    person: id('per'),
    registrationResponse: opaqueMessage,
    entries: z.array(z.strictObject({ index: count(), entry: bytes({ max: limits.entryBytesMax }) })),
    heads: headsBytes,
  }),
  answer: 'json',
  errors: ['INVITATION_INVALID', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 20 },
});

export const enrol = endpoint({
  method: 'POST',
  path: '/v1/enrolments',
  gate: 'invitation',
  event: 'person.enrolled',
  summary: 'The enrolment of an invited person',
  params: none,
  query: none,
  input: z.strictObject({ proof: invitationProof, ...enrolmentParts }),
  output: z.strictObject({ receipt, heads: headsBytes }),
  answer: 'json',
  errors: ['INVITATION_INVALID', 'ENTRY_REFUSED', 'WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: limits.largeBodyBytesMax, perMinute: 20 },
});

export const startSignIn = endpoint({
  method: 'POST',
  path: '/v1/sessions/start',
  gate: 'public',
  event: 'none',
  summary: 'OPAQUE answer and challenge; alike for people who do not exist',
  params: none,
  query: none,
  input: z.strictObject({ person: id('per'), device: id('dev'), loginRequest: opaqueMessage }),
  output: z.strictObject({
    attempt: exactBytes(16),
    challenge: exactBytes(32),
    loginResponse: opaqueMessage,
  }),
  answer: 'json',
  errors: ['RATE_LIMITED'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 30 },
});

export const finishSignIn = endpoint({
  method: 'POST',
  path: '/v1/sessions',
  gate: 'public',
  event: 'signed-in',
  summary: 'OPAQUE end and the device signature: a session',
  params: none,
  query: none,
  /** signature: label `session` over cbor([root, device, challenge, Hn("opaque", loginResponse)]). */
  input: z.strictObject({ attempt: exactBytes(16), finishRequest: opaqueMessage, signature: exactBytes(64) }),
  output: z.strictObject({ session: z.string().max(64), expiresAtMs: instantMs }),
  answer: 'json',
  errors: ['SIGN_IN_REFUSED', 'RATE_LIMITED'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 30 },
});

export const startDevice = endpoint({
  method: 'POST',
  path: '/v1/devices/start',
  gate: 'public',
  event: 'none',
  summary: 'OPAQUE end without an enrolled device: a pass to add the device named at the start',
  params: none,
  query: none,
  input: z.strictObject({ attempt: exactBytes(16), finishRequest: opaqueMessage }),
  /** A token as a session's, good for a few minutes, for the person's chains in the office and one `device.added` by the unlock. */
  output: z.strictObject({ session: z.string().max(64), expiresAtMs: instantMs, unlock: id('unl') }),
  answer: 'json',
  errors: ['SIGN_IN_REFUSED', 'RATE_LIMITED'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 30 },
});

export const endSession = endpoint({
  method: 'DELETE',
  path: '/v1/sessions/current',
  gate: 'session',
  event: 'none',
  summary: 'Sign out',
  params: none,
  query: none,
  input: none,
  output: none,
  answer: 'none',
  errors: [],
  limits: { bodyBytesMax: 0, perMinute: 60 },
});
