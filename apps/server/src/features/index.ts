/** All handlers, by endpoint name. A name that is missing here does not compile. */
import type { EndpointName } from '@strongroom/protocol';
import type { HandlersOf } from '../handler.ts';
import { adoptionHandlers } from './adoptions/index.ts';
import { cacheKeyHandlers } from './cache-keys/index.ts';
import { clientHandlers } from './clients/index.ts';
import { disposalHandlers } from './disposals/index.ts';
import { doctorHandlers } from './doctor/index.ts';
import { entryHandlers } from './entries/index.ts';
import { firmHandlers } from './firm/index.ts';
import { keyringHandlers } from './keyring/index.ts';
import { ledgerHandlers } from './ledger/index.ts';
import { peopleHandlers } from './people/index.ts';
import { releaseHandlers } from './releases/index.ts';
import { sessionHandlers } from './sessions/index.ts';
import { slotHandlers } from './slots/index.ts';
import { syncHandlers } from './sync/index.ts';
import { uploadHandlers } from './uploads/index.ts';
import { vaultHandlers } from './vaults/index.ts';
import { versionHandlers } from './versions/index.ts';

export const handlers: HandlersOf<EndpointName> = {
  ...adoptionHandlers,
  ...cacheKeyHandlers,
  ...clientHandlers,
  ...disposalHandlers,
  ...doctorHandlers,
  ...entryHandlers,
  ...firmHandlers,
  ...keyringHandlers,
  ...ledgerHandlers,
  ...peopleHandlers,
  ...releaseHandlers,
  ...sessionHandlers,
  ...slotHandlers,
  ...syncHandlers,
  ...uploadHandlers,
  ...vaultHandlers,
  ...versionHandlers,
};
