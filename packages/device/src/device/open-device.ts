/** Builds an open device from what unlocking gave: the one place where its long-lived parts are made. */
import { AccessError, IntegrityError, wipeBytes } from '@strongroom/core';
import type { FirmId } from '@strongroom/core';
import { decodeEntry } from '@strongroom/authority';
import { createAccess } from '../access/access.ts';
import { createApi } from '../api/index.ts';
import { createBundleGuard } from '../bundles/bundle-guard.ts';
import { createBundles } from '../bundles/bundles.ts';
import { createWitnessesModule } from '../ledger/firm-witnesses.ts';
import { checkCode } from '../bundles/check-code.ts';
import { CardCache } from '../cache/card-cache.ts';
import { ChainBook } from '../chains/index.ts';
import { createClients } from '../clients/clients.ts';
import { createDisposals } from '../disposals/disposals.ts';
import { findTroubles } from '../doctor/doctor.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { createHolds } from '../holds/holds.ts';
import { readDeviceRecord, readIdentity, wipeIdentity } from '../identity/identity.ts';
import { Keyring } from '../keyring/keyring.ts';
import { createLedger } from '../ledger/ledger-module.ts';
import { LineBook } from '../ledger/line-book.ts';
import { createMine } from '../mine/mine-module.ts';
import { createDevices } from '../people/devices.ts';
import { createPeople } from '../people/people.ts';
import { rolesOf } from '../people/person-rows.ts';
import { createPreferences } from '../preferences/preferences.ts';
import { createRecords } from '../records/records-module.ts';
import { ReceiptBook } from '../releases/receipt-book.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { createToday } from '../today/today-module.ts';
import { createVaults } from '../vaults/vaults.ts';
import { createWalls } from '../walls/walls.ts';
import type { DeviceContext } from './context.ts';
import type { Unlocked } from './device.ts';
import type { Device } from './facade.ts';
import { describeFirm } from './describe-firm.ts';
import { syncDevice } from './sync-device.ts';

/**
 * The device's whole side of Strongroom, while it is unlocked. Nothing is asked of the server before the first call, but where
 * the code came from the server (`env.bundle`): then the office is synced first, and code below the firm's minimum does not open.
 * `isTakenUp` says that this unlock was open a moment ago in this code or earlier code: then a server that is away does not
 * stop it, and what the office said last counts.
 * @throws AccessError DEVICE_NOT_ENROLLED, DEVICE_LOCKED, BUNDLE_TOO_OLD, HEADS_STALE; IntegrityError STATE_INVALID, GENESIS_MISMATCH, CHAIN_INVALID
 */
export async function openDevice(
  env: DeviceEnvironment,
  unlocked: Unlocked,
  { isTakenUp = false }: { readonly isTakenUp?: boolean } = {},
): Promise<Device> {
  const { engine, storage, clock } = env;
  const record = await readDeviceRecord(storage);
  const { person, device, root } = record;
  const store = openSealedStore({ engine, storage, deviceFileKey: unlocked.deviceFileKey });
  const identity = await readIdentity(store);
  if (root === undefined || identity.genesis === undefined) throw new AccessError('DEVICE_LOCKED');
  const api = createApi(env, unlocked.session);
  const book = await ChainBook.open({
    engine,
    clock,
    api,
    store,
    root,
    genesis: identity.genesis,
    person,
    signer: { id: device, seed: identity.signSeed },
  });
  const keyring = new Keyring({ engine, api, store, book, identity, person });
  const firm = readFirm(identity.genesis);
  const context: DeviceContext = {
    env,
    api,
    store,
    book,
    identity,
    keyring,
    cards: new CardCache({ engine, clock, store, storage, device }),
    receipts: new ReceiptBook({ store, clock }),
    firm,
    person,
    device,
  };

  const lines = new LineBook(context);

  async function close(): Promise<void> {
    try {
      await book.keep();
    } finally {
      keyring.close();
      await context.cards.close();
      wipeIdentity(identity);
      store.close();
      wipeBytes(record.kitSecret);
    }
  }

  try {
    book.demand(createBundleGuard(env.bundle));
    if (env.bundle !== undefined) await checkCode(book, clock, { isTakenUp });
  } catch (cause) {
    await close();
    throw cause;
  }

  const disposals = createDisposals(context);
  return {
    get me() {
      return { person, device, roles: rolesOf(book.office, person) };
    },
    sync: async () => await syncDevice(context),
    firm: { describe: async () => await describeFirm(context) },
    people: createPeople(context, lines),
    vaults: createVaults(context),
    clients: createClients(context),
    records: createRecords(context, lines),
    access: createAccess(context, lines),
    holds: createHolds(context),
    walls: createWalls(context),
    disposals,
    ledger: createLedger(context, lines, disposals),
    bundles: createBundles(context),
    witnesses: createWitnessesModule(context),
    devices: createDevices(context, async () => await syncDevice(context)),
    mine: createMine(context, lines),
    preferences: createPreferences(context),
    today: createToday(context),
    doctor: async () => await findTroubles(context),
    close,
    async endSession() {
      await api.call('endSession');
      await close();
    },
  };
}

/** @throws IntegrityError GENESIS_MISMATCH */
function readFirm(genesis: Uint8Array): FirmId {
  const { body } = decodeEntry(genesis);
  if (body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
  return body.firm;
}
