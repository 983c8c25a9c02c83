/** A firm whose openings are measured: its own server and warden, and beside them what the case has. */
import type { RecordId, VaultId } from '@strongroom/core';
import { openOffice } from '../office/office.ts';
import type { BenchDevice, KeptRequest } from '../office/office.ts';
import { startServerProcess } from '../office/server-process.ts';
import { startStandby, startWitness } from './standby-and-witness.ts';
import type { Helper, WitnessHelper } from './standby-and-witness.ts';

/** What a firm has beside server and warden. */
export interface FirmCase {
  readonly name: string;
  readonly hasStandby: boolean;
  readonly hasWitness: boolean;
}

/** Processor time in milliseconds by process; 0 where there is none. */
export interface CpuMs {
  readonly server: number;
  readonly warden: number;
  readonly standby: number;
  readonly witness: number;
}

/** A running firm. */
export interface BenchFirm {
  readonly case: FirmCase;
  readonly url: string;
  readonly vault: VaultId;
  readonly owner: BenchDevice;
  /** A record of the usual class. */
  readonly usual: RecordId;
  /** One of the top class, where there is a witness. */
  readonly top: RecordId | undefined;
  /** Requests to open a record, by all devices in turns. */
  readonly sign: (record: RecordId, count: number) => Promise<KeptRequest[]>;
  readonly readCpu: () => CpuMs;
  /** All its processes stand still, or go on. */
  readonly setResting: (isResting: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** Starts everything and enrols the members. */
export async function startBenchFirm(firmCase: FirmCase, memberCount: number): Promise<BenchFirm> {
  const { hasStandby, hasWitness } = firmCase;
  const standby: Helper | undefined = hasStandby ? await startStandby() : undefined;
  const witness: WitnessHelper | undefined = hasWitness ? await startWitness() : undefined;
  const server = await startServerProcess({
    configure(home) {
      standby?.configure(home);
      witness?.configure(home);
    },
  });
  const setResting = (isResting: boolean): void => {
    for (const each of [witness, standby, server]) each?.setResting(isResting);
  };
  const stop = async (): Promise<void> => {
    setResting(false);
    await server.stop();
    await standby?.stop();
    await witness?.stop();
  };
  try {
    const office = await openOffice(server, { hasTopRoom: hasWitness });
    await witness?.introduce(office.owner.device);
    const bytes = new Uint8Array(10_000).fill(3);
    const usual = await office.addRecord('bench.bin', bytes);
    const top = hasWitness ? await office.addRecord('top.bin', bytes, office.topRoom) : undefined;
    const devices = [office.owner];
    for (let member = 0; member < memberCount; member++)
      devices.push(await office.addMember(`Member ${member}`));
    return {
      case: firmCase,
      url: server.url,
      vault: office.vault,
      owner: office.owner,
      usual,
      top,
      sign: async (record, count) => await signByTurns(devices, record, count),
      readCpu: () => ({
        ...server.readCpu(),
        standby: standby?.readCpuMs() ?? 0,
        witness: witness?.readCpuMs() ?? 0,
      }),
      setResting,
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function signByTurns(
  devices: readonly BenchDevice[],
  record: RecordId,
  count: number,
): Promise<KeptRequest[]> {
  const each = Math.ceil(count / devices.length);
  const signed: KeptRequest[][] = [];
  for (const device of devices) signed.push(await device.signOpenings(record, each));
  return Array.from({ length: each }, (_, turn) => signed.flatMap((all) => all[turn] ?? []))
    .flat()
    .slice(0, count);
}
