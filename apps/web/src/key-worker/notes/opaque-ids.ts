/** Ids that stand for texts in addresses: folders, words to search for. The text lies sealed beside its id. */
import { InputError } from '@strongroom/core';
import type { KeysContract } from '../../keys/contract.ts';
import type { Notes } from './notes.ts';

const textLengthMax = 4096;
const idsMax = 5_000;
const idShape = /^[a-z2-7]{26}$/u;
const prefix = 'opaque/';

/** The calls over the notes. */
export function createOpaqueIds(notes: Notes): KeysContract['opaque'] {
  const known = new Map<string, string>();
  return {
    async idOf(text) {
      if (typeof text !== 'string' || text.length > textLengthMax)
        throw new InputError('INPUT_INVALID', { name: 'text', max: textLengthMax });
      const id = notes.idOf(text);
      if (known.has(id)) return id;
      if ((await notes.read(prefix + id)) === undefined) {
        await makeRoom(notes);
        await notes.write(prefix + id, text);
      }
      known.set(id, text);
      return id;
    },
    async textOf(id) {
      if (typeof id !== 'string' || !idShape.test(id)) return undefined;
      const found = known.get(id) ?? (await notes.read(prefix + id));
      return typeof found === 'string' ? found : undefined;
    },
  };
}

/** Addresses that nobody has used for long may lose their folder: the room opens at its top. */
async function makeRoom(notes: Notes): Promise<void> {
  const names = await notes.list(prefix);
  if (names.length < idsMax) return;
  for (const name of names.slice(0, names.length - idsMax + 1)) await notes.remove(name);
}
