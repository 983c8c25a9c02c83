/** What a request was about, whether or not it was answered. */
import type { RecordId, RoomId } from '../bodies/index.ts';
import type { Request } from './request.ts';

/** Rooms that a request names, the first one first, each once. */
export function roomsOfRequest(request: Request): readonly RoomId[] {
  if (request.k === 'list') return [request.room];
  const named = request.k === 'open' ? request.parts : request.rooms;
  return [...new Set(named.map(([room]) => room))];
}

/** Records that a request to open names, each once. */
export function recordsOfRequest(request: Request): readonly RecordId[] {
  return request.k === 'open' ? [...new Set(request.parts.map(([, record]) => record))] : [];
}
