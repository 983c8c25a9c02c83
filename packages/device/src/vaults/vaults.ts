/** Vaults. A vault's name is a small record in the staff room; its key is believed from the statement alone. */
import { IntegrityError, newId, officeId } from '@strongroom/core';
import { parseNoteKey } from '@strongroom/ledger';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { VaultsModule } from '../device/device.ts';
import { runTasks } from '../device/tasks.ts';
import { addTask } from '../identity/identity.ts';
import { readVaultNames, renameVault } from './vault-names.ts';

export function createVaults(context: DeviceContext): VaultsModule {
  const { book, env, api } = context;
  return {
    async add({ name }) {
      const { engine } = env;
      await book.syncLedger(officeId);
      const vault = newId(engine, 'vlt');
      const prepared = await api.call('prepareVault', { body: { vault } });
      if (parseNoteKey(engine, prepared.vkey).name !== prepared.origin)
        throw new IntegrityError('ANSWER_INVALID', { endpoint: 'prepareVault' });
      const warden = book.office.warden?.number ?? 1;
      await book.append<'firm'>({
        ledger: officeId,
        chain: 'firm',
        makeBody: (start) => ({
          k: 'vault.created',
          ...start,
          vault,
          edition: 0,
          warden,
          vkey: prepared.vkey,
        }),
        send: async (signed, known) => await api.call('createVault', { body: { ...signed, known } }),
      });
      await addTask(context.store, `5-${vault}`, {
        kind: 'card',
        vault: officeId,
        recordKind: 'note',
        content: { of: 'vault', vault, name },
      });
      await runTasks(context);
      return { vault };
    },
    async rename(options) {
      return { line: toLineReference(await renameVault(context, options)) };
    },
    async list() {
      await book.syncLedger(officeId);
      const names = await readVaultNames(context);
      return [...book.office.vaults.values()].map(({ id, vkey }) => {
        const name = names.get(id);
        return {
          vault: id,
          origin: parseNoteKey(env.engine, vkey).name,
          ...(name === undefined ? {} : { name }),
        };
      });
    },
  };
}
