import { decodeBody } from '@strongroom/authority';
import type { VaultTables, Writer } from '../storage/index.ts';

/** Takes the sealed wraps of a line that says they are destroyed away in its own transaction, so that no list ever names them again. */
export async function dropDestroyedWraps(writer: Writer<VaultTables>, bodyBytes: Uint8Array): Promise<void> {
  const body = decodeBody(bodyBytes);
  if (body.k !== 'destroyed' && body.k !== 'destruction.found') return;
  const slots = body.items.map(([, , , slot]) => slot);
  await writer.deleteFrom('wraps').where('slot', 'in', slots).execute();
}
