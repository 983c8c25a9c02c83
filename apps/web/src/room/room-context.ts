/** The room that a page is about, for everything below it. */
import type { ClientRow } from '@strongroom/device';
import { createContext, use } from 'react';

/** A room that this person can open. */
export interface OpenRoom extends ClientRow {
  /** The client's name, or its code where the name cannot be read. */
  readonly title: string;
}

export const RoomContext = createContext<OpenRoom | undefined>(undefined);

/** The room of this page. */
export function useRoom(): OpenRoom {
  const room = use(RoomContext);
  if (room === undefined) throw new Error('useRoom outside RoomPage');
  return room;
}
