/** One question to a time-stamp authority (RFC 3161 over HTTP, 3.4), and what its answer is worth. Only a hash and a random number leave. */
import { createHash } from 'node:crypto';
import { StrongroomError } from '@strongroom/core';
import { integer, isTrue, objectId, octetString, sequence } from '../listening/der.ts';
import { checkTimeStamp } from './check-time-stamp.ts';
import type { TimeStamp } from './check-time-stamp.ts';
import type { TimeStampRefusal } from './refuse.ts';
import type { TimeStampSettings } from './settings.ts';

/** What came of it. */
export type AuthorityReply =
  | { readonly kind: 'stamped'; readonly answer: Uint8Array; readonly stamp: TimeStamp }
  /** It answered something that is no good time stamp of what was sent. */
  | { readonly kind: 'invalid'; readonly reason: TimeStampRefusal | 'too-large' | 'content-type' }
  | { readonly kind: 'refused'; readonly status: number }
  /** No answer in time, or one that leads elsewhere. */
  | { readonly kind: 'unreachable' };

/** A certificate and its chain are some thousand bytes. */
const answerBytesMax = 65_536;
const answerMsMax = 15_000;
/** How far the authority's clock may be from ours, the inaccuracy it admits included. */
const apartMsMax = 300_000;
const contentType = 'application/timestamp-reply';
const nonceBytes = 16;

/** Asks for a time stamp of these bytes. Never throws for what the authority or the network does. */
export async function askAuthority(
  settings: Pick<TimeStampSettings, 'url' | 'authorities'>,
  options: {
    readonly data: Uint8Array;
    readonly signal: AbortSignal;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly nowMs: () => number;
    /** Default 15 seconds. */
    readonly timeoutMs?: number;
  },
): Promise<AuthorityReply> {
  const { data, signal, nowMs, timeoutMs = answerMsMax } = options;
  const nonce = options.randomBytes(nonceBytes);
  let answer: Uint8Array | undefined;
  try {
    const response = await fetch(settings.url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: contentType },
      body: encodeQuestion(data, nonce) as Uint8Array<ArrayBuffer>,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { kind: 'refused', status: response.status };
    }
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';', 1);
    if (type.trim().toLowerCase() !== contentType) {
      await response.body?.cancel();
      return { kind: 'invalid', reason: 'content-type' };
    }
    answer = await readAnswer(response);
  } catch {
    return { kind: 'unreachable' };
  }
  if (answer === undefined) return { kind: 'invalid', reason: 'too-large' };
  try {
    const stamp = checkTimeStamp({ answer, data, authorities: settings.authorities, nonce });
    if (Math.abs(stamp.atMs - nowMs()) > apartMsMax) return { kind: 'invalid', reason: 'time' };
    return { kind: 'stamped', answer, stamp };
  } catch (cause) {
    if (cause instanceof StrongroomError && cause.code === 'TIME_STAMP_INVALID')
      return { kind: 'invalid', reason: cause.details['reason'] as TimeStampRefusal };
    throw cause;
  }
}

/** TimeStampReq: version 1, SHA-256, the nonce, and the authority's certificate wanted. */
function encodeQuestion(data: Uint8Array, nonce: Uint8Array): Uint8Array {
  const sha256 = sequence(objectId('2.16.840.1.101.3.4.2.1'), Uint8Array.of(0x05, 0x00));
  return sequence(
    integer(Uint8Array.of(1)),
    sequence(sha256, octetString(createHash('sha256').update(data).digest())),
    integer(nonce),
    isTrue,
  );
}

/** Undefined for one that is too long. */
async function readAnswer(response: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > answerBytesMax) return undefined;
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
