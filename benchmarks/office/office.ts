/** Real devices that speak to a server process over HTTP, and a way to keep the requests that they sign. */
import { StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { beginEnrolment, beginFirm, openDevice } from '@strongroom/device';
import type {
  Device,
  DeviceEnvironment,
  PendingStart,
  Transport,
  TransportRequest,
  TransportResponse,
} from '@strongroom/device';
import { fileOf, MemorySink, MemoryStorage } from '../../tests/device/firm-world.ts';
import type { ServerProcess } from './server-process.ts';

const password = 'correct horse battery staple';

/** A request as it would go over the wire. */
export interface KeptRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One person's device. */
export interface BenchDevice {
  readonly device: Device;
  readonly storage: MemoryStorage;
  readonly environment: DeviceEnvironment;
  /** Signs requests to open a record without sending them. */
  readonly signOpenings: (record: RecordId, count: number) => Promise<KeptRequest[]>;
  /** The printed kit, for a further device. */
  readonly kit: string;
  /** Opens the device again from its storage, as after a restart. */
  readonly reopen: () => Promise<Device>;
}

/** A firm with one vault, one client and a room. */
export interface Office {
  readonly owner: BenchDevice;
  readonly vault: VaultId;
  readonly room: RoomId;
  /** A room of the top class, where one was wished for. */
  readonly topRoom: RoomId | undefined;
  /** Enrols a person and makes him a member of the rooms. */
  readonly addMember: (name: string) => Promise<BenchDevice>;
  readonly addRecord: (name: string, bytes: Uint8Array, room?: RoomId) => Promise<RecordId>;
}

class BenchTransport implements Transport {
  readonly #url: string;
  readonly kept: KeptRequest[] = [];
  isKeeping = false;
  readonly #syncs = new Map<string, TransportResponse>();

  constructor(url: string) {
    this.#url = url;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (!this.isKeeping) return await this.#fetch(request);
    const body = new TextDecoder().decode(request.body);
    if (request.path.endsWith('/releases')) {
      this.kept.push({ path: request.path, headers: request.headers ?? {}, body });
      return { status: 403, headers: {}, body: refusal };
    }
    // Nothing is written while requests are kept, so that the same question has the same answer.
    const name = `${request.path} ${body}`;
    const known = this.#syncs.get(name);
    if (known !== undefined) return known;
    const answer = await this.#fetch(request);
    this.#syncs.set(name, answer);
    return answer;
  }

  /** Ends keeping, and forgets what was answered meanwhile. */
  takeKept(): KeptRequest[] {
    this.isKeeping = false;
    this.#syncs.clear();
    return this.kept.splice(0);
  }

  async #fetch(request: TransportRequest): Promise<TransportResponse> {
    const response = await fetch(this.#url + request.path, {
      method: request.method,
      headers: request.headers ?? {},
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  }
}

const refusal = new TextEncoder().encode(
  JSON.stringify({ type: 'about:blank', status: 403, code: 'ACCESS_DENIED', requestId: 'AAAAAAAAAAAA' }),
);

async function startDevice(
  url: string,
  begin: (environment: DeviceEnvironment) => Promise<PendingStart>,
): Promise<BenchDevice> {
  const storage = new MemoryStorage();
  const transport = new BenchTransport(url);
  const environment: DeviceEnvironment = {
    engine: createNodeEngine(),
    storage,
    transport,
    clock: {
      nowMs: () => Date.now(),
      sleep: async (ms) => {
        await new Promise((resolve) => {
          setTimeout(resolve, ms);
        });
      },
    },
  };
  const pending = await begin(environment);
  const [first, second] = pending.askGroups;
  const unlocked = await pending.complete({
    typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
    noteSigned: true,
  });
  const device = await openDevice(environment, unlocked);
  return {
    device,
    storage,
    environment,
    async signOpenings(record, count) {
      transport.isKeeping = true;
      for (let made = 0; made < count; made++)
        await device.records.open({ record, sink: new MemorySink(), purpose: 'work' }).catch(passRefusal);
      const kept = transport.takeKept();
      if (kept.length !== count) throw new Error(`kept ${kept.length} requests of ${count}`);
      return kept;
    },
    kit: pending.kitText,
    reopen: async () => await openDevice(environment, unlocked),
  };
}

/** The refusal that stands for sending; everything else is a failure. */
function passRefusal(cause: unknown): void {
  if (!(cause instanceof StrongroomError) || cause.code !== 'ACCESS_DENIED') throw cause;
}

/** The first run, a vault and a client; `hasTopRoom`: another client, of the top class. */
export async function openOffice(server: ServerProcess, { hasTopRoom = false } = {}): Promise<Office> {
  const owner = await startDevice(
    server.url,
    async (environment) =>
      await beginFirm(environment, {
        code: server.firstRunCode,
        firm: { name: 'Bench', language: 'en', countries: ['IE'], profession: 'law' },
        person: { name: 'Ada' },
        password,
      }),
  );
  const { device } = owner;
  const { vault } = await device.vaults.add({ name: 'Bench' });
  const { room } = await device.clients.add({ vault, name: 'Client' });
  const topRoom = hasTopRoom
    ? (await device.clients.add({ vault, name: 'Client of the top class', class: 3 })).room
    : undefined;
  return {
    owner,
    vault,
    room,
    topRoom,
    async addMember(name) {
      const invited = await device.people.invite({ name, roles: ['opener'] });
      const member = await startDevice(
        server.url,
        async (environment) => await beginEnrolment(environment, { code: invited.code, password }),
      );
      const fingerprint = await findFingerprint(device, invited.person);
      await device.people.admit({ person: invited.person, fingerprint });
      for (const each of topRoom === undefined ? [room] : [room, topRoom])
        await device.access.grant({ room: each, person: invited.person, fingerprint, withHistory: true });
      await member.device.sync();
      return member;
    },
    addRecord: async (name, bytes, into = room) =>
      (await device.records.add({ room: into, source: fileOf(name, bytes) })).record,
  };
}

async function findFingerprint(device: Device, person: PersonId): Promise<string> {
  await device.sync();
  const { fingerprint } = await device.people.show(person);
  if (fingerprint === undefined) throw new Error('the person has no fingerprint yet');
  return fingerprint;
}
