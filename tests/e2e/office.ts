/**
 * A young firm on a server of its own, founded and filled through the device package: what a spec needs to begin with costs no clicks. A
 * line that can be cut lies between browsers and the server; this process speaks to the server directly.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { beginEnrolment, beginFirm, openDevice } from '@strongroom/device';
import type { Device, LineRow, PendingStart, RecordClass } from '@strongroom/device';
import { createDemoEnvironment } from '../../tools/demo/demo-environment.ts';
import { formatSignInLink } from '../../tools/demo/sign-in-link.ts';
import { CutLine } from './cut-line.ts';
import { OwnServer } from './own-server.ts';

const password = 'cedar lantern harbour ninety';
const founder = 'Anna Lindqvist';

/** Somebody of the firm: a device in this process, and what adds a browser to it. */
export interface Clerk {
  readonly device: Device;
  readonly link: string;
}

/** A client's room. */
export interface OfficeRoom {
  readonly code: string;
  readonly room: RoomId;
}

/** A document to add. */
export interface OfficeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type?: string;
  readonly folder?: readonly string[];
}

export class Office {
  readonly server: OwnServer;
  readonly line: CutLine;
  readonly password: string = password;
  readonly #people = new Map<string, Clerk>();
  #vault: VaultId | undefined;

  private constructor(server: OwnServer, line: CutLine) {
    this.server = server;
    this.line = line;
  }

  /** With its owner, Anna Lindqvist, and one group of clients. */
  static async open(): Promise<Office> {
    const server = await OwnServer.start();
    const office = new Office(server, await CutLine.open(Number(new URL(server.url).port)));
    const environment = office.#newEnvironment();
    const pending = await beginFirm(environment, {
      code: server.firstRunCode,
      firm: { name: 'Lindqvist & Partners', language: 'en', countries: ['GB'], profession: 'law' },
      person: { name: founder },
      password,
    });
    const { device } = await office.#complete(founder, environment, pending);
    ({ vault: office.#vault } = await device.vaults.add({ name: 'Clients' }));
    return office;
  }

  /** Where browsers go. */
  get url(): string {
    return this.line.url;
  }

  get anna(): Device {
    return this.find(founder).device;
  }

  /** The group of all clients. */
  get vault(): VaultId {
    if (this.#vault === undefined) throw new Error('the office is not open');
    return this.#vault;
  }

  /** Somebody of the firm. @throws Error if there is nobody of that name */
  find(name: string): Clerk {
    const found = this.#people.get(name);
    if (found === undefined) throw new Error(`nobody in the office is called ${name}`);
    return found;
  }

  /** Invites somebody, who joins and is let in. */
  async bring(name: string, role: 'opener' | 'auditor' | 'officer'): Promise<Clerk> {
    const { code, person } = await this.anna.people.invite({ name, roles: [role] });
    const environment = this.#newEnvironment();
    const clerk = await this.#complete(
      name,
      environment,
      await beginEnrolment(environment, { code, password }),
    );
    await this.anna.sync();
    const { fingerprint = '' } = await this.anna.people.show(person);
    await this.anna.people.admit({ person, fingerprint });
    await clerk.device.sync();
    return clerk;
  }

  /** Adds a client. */
  async addRoom(name: string, recordClass: RecordClass = 2): Promise<OfficeRoom> {
    return await this.anna.clients.add({ vault: this.vault, name, class: recordClass });
  }

  /** Adds documents to a room, one after the other. Answers the records in their order. */
  async add({ room }: OfficeRoom, files: readonly OfficeFile[]): Promise<readonly RecordId[]> {
    const records: RecordId[] = [];
    for (const { name, bytes, type = 'text/plain', folder = [] } of files) {
      const { record } = await this.anna.records.add({
        room,
        folder,
        type,
        source: {
          name,
          sizeBytes: bytes.length,
          modifiedAtMs: Date.now(),
          read: async (offset, length) => bytes.slice(offset, offset + length),
        },
      });
      records.push(record);
    }
    return records;
  }

  /** The lines by which contents of a room were opened, oldest first, with their reasons. */
  async listOpenings({ room }: OfficeRoom, by: Device = this.anna): Promise<readonly LineRow[]> {
    const lines = await by.ledger.lines({ ledger: this.vault, room, count: 1_000, withReasons: true });
    return lines.filter(({ kind, facts }) => kind === 'released' && facts['bodies'] !== 0);
  }

  /** Bodies at the server, as files. */
  async listBodies(): Promise<readonly string[]> {
    const entries = await readdir(this.server.home, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\/bodies\//u.test(`${entry.parentPath}/`))
      .map(({ parentPath, name }) => join(parentPath, name));
  }

  /** Changes one byte of a stored body, as a bad disk does. */
  async damage(body: string): Promise<void> {
    const bytes = await readFile(body);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(body, bytes);
  }

  async close(): Promise<void> {
    this.line.close();
    for (const { device } of this.#people.values()) await device.close();
    await this.server.remove();
  }

  #newEnvironment(): ReturnType<typeof createDemoEnvironment> {
    return createDemoEnvironment(
      () => this.server.url,
      () => Date.now(),
    );
  }

  /** Types the two groups that are asked for, as somebody who has printed the kit. */
  async #complete(
    name: string,
    environment: ReturnType<typeof createDemoEnvironment>,
    pending: PendingStart,
  ): Promise<Clerk> {
    const [first, second] = pending.askGroups;
    const unlocked = await pending.complete({
      typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
      noteSigned: true,
    });
    const device = await openDevice(environment, unlocked);
    await device.sync();
    const { root } = await device.firm.describe();
    const link = formatSignInLink(this.url, { person: pending.person, root, kit: pending.kitText });
    const clerk = { device, link };
    this.#people.set(name, clerk);
    return clerk;
  }
}
