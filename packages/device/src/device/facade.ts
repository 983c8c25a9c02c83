/** The whole device: what `openDevice` gives. Types only. */
import type {
  AccessModule,
  BundlesModule,
  ClientsModule,
  DevicesModule,
  DisposalsModule,
  Finding,
  FirmDescription,
  HoldsModule,
  LedgerModule,
  Me,
  PeopleModule,
  RecordsModule,
  SyncReport,
  VaultsModule,
  WallsModule,
  WitnessesModule,
} from './device.ts';
import type { MineModule } from './mine.ts';
import type { PreferencesModule } from './preferences.ts';
import type { TodayModule } from './today.ts';

export interface Device {
  readonly me: Me;
  sync(): Promise<SyncReport>;
  readonly firm: { describe(): Promise<FirmDescription> };
  readonly people: PeopleModule;
  readonly vaults: VaultsModule;
  readonly clients: ClientsModule;
  readonly records: RecordsModule;
  readonly access: AccessModule;
  readonly holds: HoldsModule;
  readonly walls: WallsModule;
  readonly disposals: DisposalsModule;
  readonly ledger: LedgerModule;
  readonly devices: DevicesModule;
  readonly bundles: BundlesModule;
  readonly witnesses: WitnessesModule;
  readonly mine: MineModule;
  readonly preferences: PreferencesModule;
  readonly today: TodayModule;
  doctor(): Promise<Finding[]>;
  /** Wipes what can be wiped. The session stays good until `endSession`. */
  close(): Promise<void>;
  /** Ends the session at the server and closes. */
  endSession(): Promise<void>;
}
