/** A firm at work on a real server with a real warden: what the attacks on a device are made against. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginEnrolment, beginFirm } from '@strongroom/device';
import type { Clock, FileSource, PendingStart, Transport } from '@strongroom/device';
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { DeviceHome } from './device-home.ts';
import { createHttpTransport } from './http-transport.ts';
import { connectTestControl } from './test-control-client.ts';
import type { TestControlClient } from './test-control-client.ts';

/** Marks of what must never be seen outside a device. */
export const canaries = {
  client: 'Kanarienvogel Erben GbR',
  otherClient: 'Serin Cini SARL',
  file: 'statement-of-claim-canary.txt',
  folder: 'canary folder',
  person: 'Dr. Canary',
  content: 'CANARY-CONTENT-7f3a ',
} as const;

/** Three segments and a part. */
export const bodyBytes = 800_000;

/** The bytes of a file: its name's own, with the canary all over. */
export function contentOf(name: string, sizeBytes: number = bodyBytes): Uint8Array {
  const line = Buffer.from(`${canaries.content}${name} `);
  return Uint8Array.from(Buffer.alloc(sizeBytes, line));
}

/** A file to add. */
export function sourceOf(name: string, content: Uint8Array): FileSource {
  return {
    name,
    sizeBytes: content.length,
    modifiedAtMs: 1_700_000_000_000,
    read: async (offset, length) => content.slice(offset, offset + length),
  };
}

/** Server, warden and people. */
export class RealFirm {
  readonly home: string;
  readonly server: RunningServer;
  readonly honest: Transport;
  readonly #serverControl: TestControlClient;
  readonly #wardenControl: TestControlClient;
  #shiftMs = 0;

  private constructor(
    home: string,
    server: RunningServer,
    controls: readonly [TestControlClient, TestControlClient],
  ) {
    this.home = home;
    this.server = server;
    this.honest = createHttpTransport(server.url);
    [this.#serverControl, this.#wardenControl] = controls;
  }

  /** Starts a server on a new home, or on one that is there. */
  static async start(home: string = mkdtempSync(join(tmpdir(), 'sr-firm-'))): Promise<RealFirm> {
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    const testControl = join(home, 'control');
    const server = await startServer({ home, port: 0, testControl });
    const controls = [
      await connectTestControl(testControl),
      await connectTestControl(`${testControl}.warden`),
    ] as const;
    return new RealFirm(home, server, controls);
  }

  readonly clock: Clock = { nowMs: () => Date.now() + this.#shiftMs, sleep: async () => undefined };

  /** How far the clock was moved. */
  get shiftMs(): number {
    return this.#shiftMs;
  }

  /** Faults of the server and of its warden. */
  get faults(): { readonly server: TestControlClient; readonly warden: TestControlClient } {
    return { server: this.#serverControl, warden: this.#wardenControl };
  }

  /** Time passes for everybody. */
  async advance(ms: number): Promise<void> {
    await this.#wardenControl.advance(ms);
    await this.#serverControl.advance(ms);
    this.#shiftMs += ms;
  }

  async stop(): Promise<void> {
    this.#serverControl.close();
    this.#wardenControl.close();
    await this.server.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  newHome(password: string): DeviceHome {
    return new DeviceHome({ honest: this.honest, clock: this.clock, password });
  }

  /** The first person, who makes the firm. */
  async begin(): Promise<DeviceHome> {
    const home = this.newHome('correct horse battery staple');
    const pending = await beginFirm(home.environment, {
      code: this.server.firstRunCode ?? '',
      firm: { name: 'Canary and Partners', language: 'en', countries: ['DE'], profession: 'law' },
      person: { name: canaries.person },
      password: home.password,
    });
    home.keep(await complete(pending));
    return home;
  }

  /** A colleague, invited and enrolled, in no room. */
  async enrol(
    by: DeviceHome,
    roles: readonly ('opener' | 'auditor')[] = [],
  ): Promise<{ home: DeviceHome; person: PersonId }> {
    const { code, person } = await (
      await by.device()
    ).people.invite({ name: `${canaries.person} ${roles.length}`, roles });
    const home = this.newHome('another correct horse battery');
    const pending = await beginEnrolment(home.environment, { code, password: home.password });
    home.keep(await complete(pending));
    return { home, person };
  }
}

async function complete(pending: PendingStart): ReturnType<PendingStart['complete']> {
  const [first, second] = pending.askGroups.map((group) => pending.groups[group - 1] ?? '');
  return await pending.complete({ typedGroups: [first ?? '', second ?? ''], noteSigned: true });
}

/** The firm of most tests: an owner, a colleague in the first of two rooms, an outsider in none, and records. */
export interface Office {
  readonly firm: RealFirm;
  readonly owner: DeviceHome;
  readonly colleague: DeviceHome;
  readonly colleaguePerson: PersonId;
  readonly outsider: DeviceHome;
  readonly outsiderPerson: PersonId;
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly code: string;
  readonly otherRoom: RoomId;
  readonly otherCode: string;
  /** In `room`; `long` has two versions. */
  readonly long: RecordId;
  readonly other: RecordId;
  /** In `otherRoom`. */
  readonly foreign: RecordId;
}

/** Founds the firm of most tests. */
export async function foundOffice(): Promise<Office> {
  const firm = await RealFirm.start();
  const owner = await firm.begin();
  const device = await owner.device();
  await device.sync();
  const { home: colleague, person: colleaguePerson } = await firm.enrol(owner);
  const { home: outsider, person: outsiderPerson } = await firm.enrol(owner);
  const { vault } = await device.vaults.add({ name: 'Canary group' });
  const { code, room } = await device.clients.add({ vault, name: canaries.client });
  const { code: otherCode, room: otherRoom } = await device.clients.add({
    vault,
    name: canaries.otherClient,
  });
  const add = async (into: RoomId, name: string): Promise<RecordId> => {
    const source = sourceOf(`${name} ${canaries.file}`, contentOf(name));
    return (await device.records.add({ room: into, source, folder: [canaries.folder] })).record;
  };
  const long = await add(room, 'long');
  const other = await add(room, 'other');
  const foreign = await add(otherRoom, 'foreign');
  const second = sourceOf(`long ${canaries.file}`, contentOf('second version'));
  await device.records.addVersion({ record: long, base: 1, source: second });
  await device.sync();
  await device.access.grant({ room, person: colleaguePerson, withHistory: true });
  await (await colleague.device()).sync();
  return {
    firm,
    owner,
    colleague,
    colleaguePerson,
    outsider,
    outsiderPerson,
    vault,
    room,
    code,
    otherRoom,
    otherCode,
    long,
    other,
    foreign,
  };
}
