/** A firm of three for what is restored and recovered: an owner, a manager of its open room, a member who is cut off later. */
import { join } from 'node:path';
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { startServer } from '@strongroom/server';
import { expect } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../../device/firm-world.ts';
import type { TestDevice } from '../../device/firm-world.ts';

const hourMs = 3_600_000;

/** What `open` answers where nothing was opened. */
export const refusalCode: RegExp = /^[A-Z_]+$/u;

/** Runs on a home, with a clock of its own. */
export class FirmOfThree {
  readonly world: FirmWorld;
  readonly ada: TestDevice;
  ben!: TestDevice;
  cleo!: TestDevice;
  vault!: VaultId;
  room!: RoomId;
  /** Ben is its member besides Ada, until that is taken from him. */
  closedRoom!: RoomId;
  readonly persons: Map<TestDevice, PersonId> = new Map();
  readonly records: Map<string, RecordId> = new Map();

  private constructor(world: FirmWorld, ada: TestDevice) {
    this.world = world;
    this.ada = ada;
  }

  /** With `before.pdf`, `since.pdf`, `kept.pdf` in the open room and `closed.pdf` in the other. */
  static async start(): Promise<FirmOfThree> {
    const world = await FirmWorld.start();
    const firm = new FirmOfThree(world, await world.foundFirm());
    const { ada } = firm;
    firm.ben = await firm.#addPerson('Ben');
    firm.cleo = await firm.#addPerson('Cleo');
    ({ vault: firm.vault } = await ada.device.vaults.add({ name: 'Group' }));
    ({ room: firm.room } = await ada.device.clients.add({ vault: firm.vault, name: 'Oran' }));
    ({ room: firm.closedRoom } = await ada.device.clients.add({ vault: firm.vault, name: 'Ryba' }));
    for (const [device, room, role] of [
      [firm.ben, firm.room, 'manager'],
      [firm.ben, firm.closedRoom, 'member'],
      [firm.cleo, firm.room, 'member'],
    ] as const) {
      const person = firm.person(device);
      const { fingerprint = '' } = await ada.device.people.show(person);
      await ada.device.access.grant({ room, person, role, fingerprint, withHistory: true });
    }
    for (const name of ['before.pdf', 'since.pdf', 'kept.pdf']) await firm.add(name);
    await firm.add('closed.pdf', firm.closedRoom);
    for (const each of [firm.ben, firm.cleo]) await each.device.sync();
    return firm;
  }

  nowMs: () => number = () => Date.now() + this.world.offsetMs;

  person(device: TestDevice): PersonId {
    return this.persons.get(device) as PersonId;
  }

  record(name: string): RecordId {
    return this.records.get(name) as RecordId;
  }

  async add(name: string, room: RoomId = this.room): Promise<void> {
    const source = fileOf(name, contentOf(900, name.length));
    this.records.set(name, (await this.ada.device.records.add({ room, source })).record);
  }

  /** `opened` with the very bytes that were added, `other` with others, or the code of the refusal. */
  async open(by: TestDevice, name: string): Promise<string> {
    const sink = new MemorySink();
    try {
      await by.device.records.open({ record: this.record(name), purpose: 'work', sink });
      return Buffer.from(sink.bytes()).equals(Buffer.from(contentOf(900, name.length))) ? 'opened' : 'other';
    } catch (cause) {
      return (cause as { code: string }).code;
    }
  }

  /** Proposed by Ben, approved by Ada, waited for. */
  async destroy(name: string): Promise<void> {
    const { ada, ben, room } = this;
    const { disposal } = await ben.device.disposals.propose({
      records: [this.record(name)],
      reason: 'ended',
    });
    await ada.device.disposals.approve({ disposal });
    await this.world.advance(80 * hourMs);
    for (const each of [ada, ben]) await each.reopen();
    for (const each of [ada, ben]) await each.device.records.list({ room });
    const stateOf = async (): Promise<string | undefined> =>
      (await ada.device.disposals.list({ room })).find((each) => each.disposal === disposal)?.state;
    await expect.poll(stateOf, { timeout: 60_000, interval: 200 }).toBe('destroyed');
  }

  /** A server on the home again, at the time that has passed. */
  async restart(): Promise<void> {
    const { world } = this;
    const { home, offsetMs } = world;
    world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
    world.offsetMs = 0;
    await world.advance(offsetMs);
    for (let tick = 0; tick < 3; tick++) await world.server.context.ledgers.tick();
  }

  async #addPerson(name: string): Promise<TestDevice> {
    const { code, person } = await this.ada.device.people.invite({ name, roles: ['opener'] });
    const device = await this.world.enrol(code);
    this.persons.set(device, person);
    await this.ada.device.sync();
    const { fingerprint = '' } = await this.ada.device.people.show(person);
    await this.ada.device.people.admit({ person, fingerprint });
    return device;
  }
}
