/** A line or statement of a ledger as a sentence, with the names that this device can read. */
import { AccessError, officeId } from '@strongroom/core';
import type { Device, LineRow } from '@strongroom/device';
import { formatList, intlTagOf } from '@strongroom/texts';
import type { Output } from '../output/output.ts';

/** Names by id. An id without a name stays an id: that is what the ledger itself holds. */
export type Names = ReadonlyMap<string, string>;

const recordsNamedMax = 3;

/** Names of people, clients' rooms, vaults and cached records. Costs no ledger line. */
export async function loadNames(device: Device, output: Pick<Output, 't'>): Promise<Names> {
  const names = new Map<string, string>();
  for (const [id, name] of await nameOfficeRooms(device, output)) names.set(id, name);
  for (const row of await device.people.list()) if (row.name !== undefined) names.set(row.person, row.name);
  for (const row of await device.vaults.list()) if (row.name !== undefined) names.set(row.vault, row.name);
  for (const client of await device.clients.list()) {
    names.set(client.room, client.code);
    for (const row of await device.records.list({ room: client.room, refresh: false })) {
      names.set(row.record, row.name);
    }
  }
  return names;
}

/** The firm's own two rooms, which its first entry names. */
async function nameOfficeRooms(device: Device, output: Pick<Output, 't'>): Promise<Names> {
  try {
    const [genesis] = await device.ledger.lines({ ledger: officeId, from: 0, count: 1 });
    return new Map([
      [String(genesis?.facts['staffRoom']), output.t('cli.ledger.staff-room')],
      [String(genesis?.facts['officersRoom']), output.t('cli.ledger.officers-room')],
    ]);
  } catch (error) {
    // Who may not read the office ledger sees ids there.
    if (error instanceof AccessError) return new Map();
    throw error;
  }
}

/** The sentence. A kind this version does not know is given as it is. */
export function describeLine(output: Pick<Output, 't' | 'texts'>, row: LineRow, names: Names): string {
  const { t, texts } = output;
  const nameOf = (id: string | undefined): string => (id === undefined ? '' : (names.get(id) ?? id));
  const fact = (name: string): string => String(row.facts[name] ?? '');
  const who = row.device === 'warden' ? t('cli.ledger.warden') : nameOf(row.person) || t('cli.ledger.nobody');
  const named = row.records.slice(0, recordsNamedMax).map(nameOf);
  const more = row.records.length - named.length;
  const what =
    row.records.length === 0
      ? nameOf(row.room)
      : formatList(
          intlTagOf(texts.locale),
          more > 0 ? [...named, t('cli.ledger.more', { count: more })] : named,
        );
  const kind = row.kind === 'signed-in' && row.facts['ok'] === 0 ? 'sign-in-failed' : row.kind;
  const role = fact('role');
  const refusal = texts.find(`error.${fact('code')}.title`);
  const sentence = texts.find(`line.${kind}`, {
    who: who,
    subject: nameOf(fact('subject') || fact('person') || row.person),
    room: nameOf(row.room),
    vault: nameOf(fact('vault')),
    what: row.kind === 'refused' ? [refusal ?? fact('code'), what].filter(Boolean).join(' · ') : what,
    role: texts.find(`role.${role}`) ?? role,
    version: fact('version'),
    line: fact('index'),
    number: fact('number'),
    minimum: fact('minimum'),
    count: Number(row.facts['count'] ?? row.facts['kept'] ?? row.facts['items'] ?? row.records.length),
  });
  const text = sentence ?? row.kind;
  return row.isVoid === true ? `${text} (${t('cli.ledger.void')})` : text;
}
