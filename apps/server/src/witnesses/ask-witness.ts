/** One question to one witness, and what its answer is worth. Nothing of an answer is taken over that its key did not sign. */
import { StrongroomError } from '@strongroom/core';
import { addCheckpointBytesMax, formatAddCheckpoint, verifyCosignatures } from '@strongroom/ledger';
import type { AddCheckpointRequest, NoteSignature, VerifyEngine } from '@strongroom/ledger';
import type { AskedWitness } from './witness-policy.ts';

/** What came of it. */
export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly lines: readonly NoteSignature[] }
  /** It has another size, or at that size another root. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unreachable' };

const answerMsMax = 8_000;

/** Asks. Never throws for what the witness or the network does. */
export async function askWitness(
  engine: VerifyEngine,
  witness: { readonly key: AskedWitness['key']; readonly url: string },
  request: AddCheckpointRequest,
  signal: AbortSignal,
): Promise<WitnessReply> {
  let status: number;
  let type: string;
  let text: string | undefined;
  try {
    const response = await fetch(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint(request),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    });
    ({ status } = response);
    type = response.headers.get('content-type') ?? '';
    text = await readText(response);
  } catch (cause) {
    if (cause instanceof StrongroomError) throw cause;
    return { kind: 'unreachable' };
  }
  if (text === undefined) return { kind: 'invalid' };
  if (status === 409) {
    const size = /^(0|[1-9][0-9]{0,14})\n$/.exec(text)?.[1];
    return size === undefined || !type.startsWith('text/x.tlog.size')
      ? { kind: 'invalid' }
      : { kind: 'conflict', size: Number(size) };
  }
  if (status !== 200) return { kind: 'refused', status };
  try {
    const { checkpoint } = request;
    const { lines } = await verifyCosignatures(engine, { checkpoint, text, witnesses: [witness.key] });
    return { kind: 'cosigned', lines };
  } catch (cause) {
    if (cause instanceof StrongroomError) return { kind: 'invalid' };
    throw cause;
  }
}

/** Introduces a ledger to a witness that knows the firm. Answers whether it is trusted now; never throws for what the witness does. */
export async function introduceLog(
  witness: { readonly url: string },
  introduction: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const response = await fetch(`${witness.url}/add-log`, {
      method: 'POST',
      body: introduction,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    });
    await readText(response);
    return response.status === 200;
  } catch (cause) {
    if (cause instanceof StrongroomError) throw cause;
    return false;
  }
}

/** The text of an answer; undefined for one that is too long or no text. */
async function readText(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > addCheckpointBytesMax) return undefined;
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
