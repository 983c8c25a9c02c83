/** What the firm records about this person: statements in its chains, lines of the office, openings by month, the sealed profile. */
import { encodeHex, officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { devicesOf, newestGeneration, unlocksOf } from '@strongroom/authority';
import type { Body, Interval } from '@strongroom/authority';
import { leafHash } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { LineRow } from '../device/device.ts';
import type { MyKit, MyRecords } from '../device/mine.ts';
import { readWhereAllowed, toRow } from '../ledger/line-book.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { toLineRow } from '../ledger/line-rows.ts';
import { readStaffNames } from '../people/people.ts';
import { rolesOf } from '../people/person-rows.ts';
import { isOpening } from '../records/record-openings.ts';

const now = Number.MAX_SAFE_INTEGER;
const monthLength = 7;

export async function readMyRecords(context: DeviceContext, lines: LineBook): Promise<MyRecords> {
  const { book, person } = context;
  await book.sync();
  const { office } = book;
  const statements = await readStatements(context);
  const name = (await readStaffNames(context)).get(person);
  const signIns = await readSignInFacts(context, lines);
  const enrolled = statements.find(({ kind }) => kind === 'person.enrolled' || kind === 'firm.created');
  const invited = statements.find(({ kind }) => kind === 'person.invited');
  return {
    roles: rolesOf(office, person),
    ...(enrolled === undefined ? {} : { enrolledAtMs: enrolled.atMs }),
    ...(invited === undefined ? {} : { invitedAtMs: invited.atMs }),
    devices: [...office.devices.values()]
      .filter((device) => device.person === person)
      .map(({ id, life }) => ({ device: id, ...spanOf(life), isThisDevice: id === context.device })),
    statements,
    ...(signIns === undefined ? {} : { signIns }),
    openingsByMonth: await countByMonth(context, lines),
    ...(name === undefined ? {} : { profile: { name } }),
  };
}

/** The unlocks in force, and when the note about a lost kit was signed. */
export async function readMyKit(context: DeviceContext): Promise<MyKit> {
  const { book, person } = context;
  await book.syncLedger(officeId);
  const { office } = book;
  const notedFrom = office.persons.get(person)?.kitNotedFrom;
  const noted = notedFrom === undefined ? undefined : (await book.loadLog(officeId)).find(notedFrom);
  return {
    ...(noted === undefined ? {} : { notedAtMs: noted.atMs }),
    unlocks: unlocksOf(office, person, now).map(({ id, type, life }) => ({
      unlock: id,
      type,
      sinceMs: life.fromMs,
    })),
    devices: devicesOf(office, person, now).length,
    generation: newestGeneration(office, person, now)?.n ?? 0,
  };
}

function spanOf({ fromMs, toMs }: Interval): { readonly sinceMs: number; readonly endedAtMs?: number } {
  return { sinceMs: fromMs, ...(toMs === undefined ? {} : { endedAtMs: toMs }) };
}

/** Statements of this person's chain and those of the firm's that name him, newest first. */
async function readStatements(context: DeviceContext): Promise<LineRow[]> {
  const { book, env, person } = context;
  const log = await book.loadLog(officeId);
  const rows: LineRow[] = [];
  for (const index of log.indexes().toReversed()) {
    const entry = log.find(index);
    if (entry === undefined || !isAbout(entry.body, person)) continue;
    const row = toLineRow(context, { ledger: officeId, index, entry });
    rows.push({ ...row, hash: encodeHex(leafHash(env.engine, entry.bytes)) });
  }
  return rows;
}

function isAbout(body: Body, person: PersonId): boolean {
  return ('person' in body && body.person === person) || ('c' in body && body.c[0] === person);
}

async function readSignInFacts(
  context: DeviceContext,
  lines: LineBook,
): Promise<MyRecords['signIns'] | undefined> {
  if (!lines.readsAll(officeId)) return undefined;
  const mine = (
    await readWhereAllowed(
      async () => await lines.ofLedger(officeId),
      async () => await lines.ofLedger(officeId, false),
    )
  ).filter((line) => line.kind === 'signed-in' && toRow(context, officeId, line).person === context.person);
  const good = mine.filter(({ facts }) => facts['ok'] === 1);
  const last = good.at(-1);
  return {
    count: good.length,
    failed: mine.length - good.length,
    ...(last === undefined ? {} : { lastAtMs: last.atMs }),
  };
}

async function countByMonth(context: DeviceContext, lines: LineBook): Promise<MyRecords['openingsByMonth']> {
  const months = new Map<string, number>();
  for (const ledger of context.book.ledgers()) {
    const read = await readWhereAllowed(
      async () => await lines.ofLedger(ledger),
      async () => await lines.ofLedger(ledger, false),
    );
    for (const line of read) {
      if (!isOpening(line) || toRow(context, ledger, line).person !== context.person) continue;
      const month = new Date(line.atMs).toISOString().slice(0, monthLength);
      months.set(month, (months.get(month) ?? 0) + 1);
    }
  }
  return [...months]
    .sort(([left], [right]) => (left < right ? 1 : -1))
    .map(([month, openings]) => ({ month, openings }));
}
