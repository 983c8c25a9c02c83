/** What a handler is given and gives back; typed from the endpoint table. */
import type { DeviceId, PersonId, UnlockId } from '@strongroom/core';
import type { Endpoint, EndpointName, endpoints } from '@strongroom/protocol';
import type { Readable } from 'node:stream';
import type { z } from 'zod';

/** Who asks, proven by a session token. */
export type Session = {
  readonly tokenHash: Uint8Array;
  readonly device: DeviceId;
  readonly person: PersonId;
  /** Only in a pass: the unlock that was proven. `device` is then the one that may be added, and valid for nothing else. */
  readonly unlock?: UnlockId;
  /** When the password was given. */
  readonly createdMs: number;
};

type Table = typeof endpoints;
type InputOf<E extends Endpoint> = z.output<Exclude<E['input'], 'octets'>>;
type OutputOf<N extends EndpointName> = z.output<Table[N]['output']>;

/** Ciphertext of a known length that goes out as it is read. */
export type OctetStream = { readonly lengthBytes: number; readonly open: () => Readable };

/** One call that passed the gate. */
export type Call<N extends EndpointName> = {
  readonly params: z.output<Table[N]['params']>;
  readonly query: z.output<Table[N]['query']>;
  readonly body: InputOf<Table[N]>;
  /** The raw body where the endpoint takes octets. */
  readonly octets: Readable;
  readonly session: Session | undefined;
};

/** What a handler answers: the output of its schema, a stream where that is bytes, nothing where that is empty. */
export type Answer<N extends EndpointName> =
  OutputOf<N> extends Uint8Array
    ? Uint8Array | OctetStream
    : OutputOf<N> extends Readonly<Record<string, never>>
      ? void
      : OutputOf<N>;
