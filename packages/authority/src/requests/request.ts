/** What a device asks for: opening records, listing cards, leasing its cache (docs/spec/requests.md section 1). */
import type { DeviceId, Hash, PositionRows, RecordId, RoomId, VaultId, WrapPart } from '../bodies/index.ts';

/** What a request is for. */
export type Purpose =
  | 'work'
  | 'review'
  | 'conflict-check'
  | 'handover'
  | 'audit'
  | 'request-of-client'
  | 'legal-duty'
  | 'sync';

type RequestBase<K extends string> = {
  readonly k: K;
  readonly l: VaultId;
  readonly d: DeviceId;
  /** The device's clock in milliseconds. */
  readonly t: number;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly pos: PositionRows;
  /** A fresh X-Wing public key, to which the answer is sealed. */
  readonly pk: Uint8Array;
  readonly purpose: Purpose;
  /** Month and sealed text. */
  readonly reason?: Uint8Array;
};

/** One wrap that is asked for. */
export type RequestedPart = readonly [
  room: RoomId,
  record: RecordId,
  version: number,
  part: WrapPart,
  slot: number,
  hw: Hash,
];

export type OpenRequest = RequestBase<'open'> & { readonly parts: readonly RequestedPart[] };

export type ListRequest = RequestBase<'list'> & {
  readonly room: RoomId;
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  /** `listHash` of the rows in slot order. */
  readonly hash: Hash;
};

/** One cache key that is asked for. */
export type LeasedRoom = readonly [room: RoomId, slot: number, hw: Hash];

export type LeaseRequest = RequestBase<'lease'> & {
  readonly rooms: readonly LeasedRoom[];
  /** Records kept on the device. */
  readonly kept: number;
};

export type Request = OpenRequest | ListRequest | LeaseRequest;

/** One card of a list. */
export type ListRow = readonly [record: RecordId, version: number, slot: number, hw: Hash];

/** A decoded request with the bytes that were signed and sent. */
export type SignedRequest = {
  readonly request: Request;
  readonly bodyBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
};
