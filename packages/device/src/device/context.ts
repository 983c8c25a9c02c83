import type { Api } from '../api/index.ts';
import type { CardCache } from '../cache/card-cache.ts';
import type { ChainBook } from '../chains/index.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import type { Identity } from '../identity/identity.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { ReceiptBook } from '../releases/receipt-book.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { DeviceId, FirmId, PersonId } from '@strongroom/core';

/** The long-lived parts of an open device; built once, in `open-device.ts`. */
export interface DeviceContext {
  readonly env: DeviceEnvironment;
  readonly api: Api;
  readonly store: SealedStore;
  readonly book: ChainBook;
  readonly identity: Identity;
  readonly keyring: Keyring;
  readonly cards: CardCache;
  readonly receipts: ReceiptBook;
  readonly firm: FirmId;
  readonly person: PersonId;
  readonly device: DeviceId;
}
