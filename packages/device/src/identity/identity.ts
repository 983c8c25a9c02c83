/**
 * Who this device is. Two stored values: `device`, which unlocking needs and which opens nothing alone (ids, the pinned root, the
 * kit secret), and `identity`, sealed (seeds of the device and of the person's generations).
 */
import {
  decodeCbor,
  encodeCbor,
  AccessError,
  IntegrityError,
  isBytes,
  parseId,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, DeviceId, PersonId, RoomId, VaultId } from '@strongroom/core';
import type { DeviceStorage } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';

/** What unlocking needs. */
export interface DeviceRecord {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly kitSecret: Uint8Array;
  /** The server's static OPAQUE key, pinned at registration. */
  readonly serverKey: string;
  /** Hash of the genesis entry; absent until the first run's answer was seen. */
  readonly root?: Uint8Array;
  /** An enrolment was sent and nothing is known of it yet: it may be in the ledger or not. */
  readonly isPending?: true;
}

/** Work that must be done after something else was written; it survives a crash and is done by the next sync. */
export type Task =
  | { readonly kind: 'kit-note' }
  | {
      /** A small record. Without a room: the staff room. */
      readonly kind: 'card';
      readonly vault: VaultId;
      readonly room?: RoomId;
      readonly recordKind: 'profile' | 'firm' | 'note';
      readonly content: CborValue;
    };

/** The sealed part. */
export interface Identity {
  readonly signSeed: Uint8Array;
  readonly kemSeed: Uint8Array;
  /** Seeds of the person's generations, by number. */
  readonly generations: Map<number, Uint8Array>;
  /** The body of the genesis or enrolment that this device signed, until its answer was seen. */
  startBody?: Uint8Array;
  /** The genesis entry, checked against the root. */
  genesis?: Uint8Array;
}

const recordKey = 'device';

/** @throws AccessError DEVICE_NOT_ENROLLED; IntegrityError STATE_INVALID */
export async function readDeviceRecord(storage: DeviceStorage): Promise<DeviceRecord> {
  const found = await findDeviceRecord(storage);
  if (found === undefined) throw new AccessError('DEVICE_NOT_ENROLLED');
  return found;
}

/** @throws IntegrityError STATE_INVALID */
export async function findDeviceRecord(storage: DeviceStorage): Promise<DeviceRecord | undefined> {
  const bytes = await storage.read(recordKey);
  if (bytes === undefined) return undefined;
  try {
    const value = decodeCbor(bytes) as Readonly<Record<string, CborValue>>;
    const { kitSecret, serverKey, root, isPending } = value;
    if (!isBytes(kitSecret) || typeof serverKey !== 'string') throw new IntegrityError('STATE_INVALID');
    if (root !== undefined && !isBytes(root)) throw new IntegrityError('STATE_INVALID');
    return {
      person: parseId('per', value['person']),
      device: parseId('dev', value['device']),
      kitSecret,
      serverKey,
      ...(root === undefined ? {} : { root }),
      ...(isPending === true ? { isPending } : {}),
    };
  } catch (cause) {
    throw new IntegrityError('STATE_INVALID', {}, { cause });
  }
}

export async function writeDeviceRecord(storage: DeviceStorage, record: DeviceRecord): Promise<void> {
  await storage.write(recordKey, encodeCbor({ ...record }));
}

/** Forgets a start that the server refused. */
export async function removeDeviceRecord(storage: DeviceStorage): Promise<void> {
  await storage.remove(recordKey);
  await storage.remove('sealed/identity');
  for (const name of await storage.list('sealed/task/')) await storage.remove(name);
}

/** @throws IntegrityError STATE_INVALID */
export async function readIdentity(store: SealedStore): Promise<Identity> {
  const value = (await store.read('identity')) as Readonly<Record<string, CborValue>> | undefined;
  const { signSeed, kemSeed, generations, startBody, genesis } = value ?? {};
  if (!isBytes(signSeed) || !isBytes(kemSeed) || !Array.isArray(generations))
    throw new IntegrityError('STATE_INVALID');
  return {
    signSeed,
    kemSeed,
    generations: new Map(generations),
    ...(isBytes(startBody) ? { startBody } : {}),
    ...(isBytes(genesis) ? { genesis } : {}),
  };
}

export async function writeIdentity(store: SealedStore, identity: Identity): Promise<void> {
  const { generations, ...rest } = identity;
  await store.write('identity', { ...rest, generations: [...generations] });
}

/** Wipes the seeds. */
export function wipeIdentity(identity: Identity): void {
  wipeBytes(identity.signSeed, identity.kemSeed, ...identity.generations.values());
  identity.generations.clear();
}

/** Queues work for the next syncs; it survives a crash. */
export async function addTask(store: SealedStore, id: string, task: Task): Promise<void> {
  await store.write(`task/${id}`, { ...task });
}

/** Queued work, by id. */
export async function listTasks(store: SealedStore): Promise<(readonly [id: string, task: Task])[]> {
  const tasks: (readonly [string, Task])[] = [];
  for (const name of await store.list('task/')) {
    const value = await store.read(name);
    if (value !== undefined) tasks.push([name, value as unknown as Task]);
  }
  return tasks;
}
