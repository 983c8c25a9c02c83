/**
 * An endpoint is data: server handlers are bound to it by name, the device's calls are typed from it, OpenAPI and the
 * permission matrix are printed from it. An endpoint without a gate question cannot be declared.
 */
import type { z } from 'zod';

/** Who may call, asked by the server's one gate function before the handler runs. */
export type GateQuestion =
  /** Anybody who reaches the server. */
  | 'public'
  /** Whoever holds the one-time code printed at the first start. */
  | 'first-run'
  /** Whoever proves an open invitation by its key, or a session. */
  | 'invitation'
  /** A witness that the operator lets read entries, by a request signed with its key. */
  | 'witness'
  /** A person with a session of a valid device. */
  | 'session'
  /** The authority judges the signed entry itself; a session is needed to hand it in. */
  | 'entry.submit'
  /** Who may read the ledger's chains that are asked for. */
  | 'chain.read'
  /** Auditor, officer, owner (all lines); members (their rooms' lines). */
  | 'ledger.read'
  | 'ledger.export'
  | 'vault.create'
  | 'room.create'
  /** A member of the room named in the call, not walled off, room not frozen, able to write. */
  | 'room.write'
  /** A member of the room of what is asked for; refused alike in every other case. */
  | 'record.open'
  | 'firm.administer';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What the answer is: JSON by the output schema, raw ciphertext, a text, or nothing. */
export type AnswerKind = 'json' | 'octets' | 'text' | 'html' | 'none';

export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> = {
  readonly method: HttpMethod;
  /** `:name` segments are described by `params`. A trailing `/*` gives the rest as `path`. */
  readonly path: string;
  readonly gate: GateQuestion;
  /** The kind of ledger entry that a call may leave, or `none`. */
  readonly event: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** JSON body; `octets` means the body is raw bytes. */
  readonly input: Input | 'octets';
  readonly output: Output;
  readonly answer: AnswerKind;
  readonly errors: readonly string[];
  readonly limits: { readonly bodyBytesMax: number; readonly perMinute: number };
};

/** Keeps the schema types of one endpoint. */
export function endpoint<P extends z.ZodType, Q extends z.ZodType, I extends z.ZodType, O extends z.ZodType>(
  declaration: Endpoint<P, Q, I, O>,
): Endpoint<P, Q, I, O> {
  return declaration;
}
