import type { ServerBody, WardenBody } from './line-bodies.ts';
import type { OfficeBody } from './office-bodies.ts';
import type { RoomBody } from './room-bodies.ts';

/** A body that devices or unlocks sign. */
export type DeviceBody = OfficeBody | RoomBody;

/** The body of an entry. */
export type Body = DeviceBody | ServerBody | WardenBody;

/** The kind of a body. */
export type BodyKind = Body['k'];

/** The body of one kind. */
export type BodyOf<K extends BodyKind> = Extract<Body, { readonly k: K }>;
