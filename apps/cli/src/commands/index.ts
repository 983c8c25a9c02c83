/** All commands, in the order in which a newcomer meets them. */
import type { CommandSpec } from '../command.ts';
import { accessCommands } from './access.ts';
import { adoptionCommands } from './adoption.ts';
import { backupCommands } from './backup.ts';
import { backupBucketCommands } from './backup-bucket.ts';
import { backupDrillCommands } from './backup-drill.ts';
import { backupScheduleCommands } from './backup-schedule.ts';
import { clientCommands } from './clients.ts';
import { createCompletionsCommand } from './completions.ts';
import { deviceCommands } from './device.ts';
import { devicesCommands } from './devices.ts';
import { disposalCommands } from './disposals.ts';
import { doctorCommands } from './doctor.ts';
import { exportCommands } from './export.ts';
import { firmWitnessCommands } from './firm-witnesses.ts';
import { ledgerCommands } from './ledger.ts';
import { openingCommands } from './openings.ts';
import { peopleCommands } from './people.ts';
import { proveCommands } from './prove.ts';
import { recordCommands } from './records.ts';
import { reportCommands } from './report.ts';
import { retentionCommands } from './retention.ts';
import { restoreCommands } from './restore.ts';
import { startCommands } from './start.ts';
import { wallCommands } from './walls.ts';
import { wardenCommands } from './warden.ts';
import { webBundleCommands } from './web-bundle.ts';
import { witnessReadCommands } from './witness-read.ts';
import { witnessCommands } from './witness.ts';

export const commands: readonly CommandSpec[] = [
  ...startCommands,
  ...deviceCommands,
  ...devicesCommands,
  ...adoptionCommands,
  ...clientCommands,
  ...recordCommands,
  ...disposalCommands,
  ...peopleCommands,
  ...accessCommands,
  ...wallCommands,
  ...ledgerCommands,
  ...firmWitnessCommands,
  ...openingCommands,
  ...retentionCommands,
  ...reportCommands,
  ...proveCommands,
  ...exportCommands,
  ...webBundleCommands,
  ...backupCommands,
  ...backupScheduleCommands,
  ...backupBucketCommands,
  ...backupDrillCommands,
  ...wardenCommands,
  ...restoreCommands,
  ...witnessCommands,
  ...witnessReadCommands,
  ...doctorCommands,
  createCompletionsCommand(() => commands),
];
