/** What waits for this person. Types only. */
import type { DeviceId, DisposalId, PersonId, RoomId } from '@strongroom/core';
import type { Finding } from './device.ts';
import type { DisputeRow } from './mine.ts';

/** One thing that waits. */
export type TodayItem =
  | {
      readonly kind: 'disposal-to-approve';
      readonly disposal: DisposalId;
      readonly room: RoomId;
      readonly records: number;
      readonly proposedBy: PersonId;
      readonly proposedByName?: string;
      readonly atMs: number;
    }
  | {
      readonly kind: 'person-to-admit';
      readonly person: PersonId;
      readonly name?: string;
      readonly fingerprint: string;
    }
  /** For administrators, until they say that they saw it (`devices.acknowledge`). */
  | {
      readonly kind: 'device-added';
      readonly person: PersonId;
      readonly name?: string;
      readonly device: DeviceId;
      readonly atMs: number;
    }
  | { readonly kind: 'rotation-due'; readonly room: RoomId; readonly sinceMs: number }
  | {
      readonly kind: 'access-ending';
      readonly room: RoomId;
      readonly person: PersonId;
      readonly name?: string;
      readonly endsAtMs: number;
      readonly isMe: boolean;
    }
  | ({ readonly kind: 'opening-disputed' } & DisputeRow)
  | { readonly kind: 'review-due'; readonly room: RoomId; readonly reviewAtMs: number }
  | {
      readonly kind: 'upload-unfinished';
      readonly upload: string;
      readonly room: RoomId;
      readonly name: string;
      readonly needsSource: boolean;
    };

/** One line of the set-up list. */
export interface SetUpStep {
  readonly step: 'firm' | 'vault' | 'client' | 'second-person' | 'second-device' | 'kit-noted' | 'backup';
  readonly state: 'done' | 'open' | 'unknown';
}

export interface Today {
  readonly items: readonly TodayItem[];
  readonly setUp: readonly SetUpStep[];
  /** Findings of the doctor that are worse than a notice. */
  readonly findings: readonly Finding[];
}

export interface TodayModule {
  list(): Promise<Today>;
}
