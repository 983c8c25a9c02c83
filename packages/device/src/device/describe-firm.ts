/** The firm in facts; its name from the sealed record in the staff room, where this device may read it. */
import { AccessError, encodeHex, officeId } from '@strongroom/core';
import { readCards } from '../records/read-cards.ts';
import { asMap } from '../records/card-content.ts';
import type { DeviceContext } from './context.ts';
import type { FirmDescription } from './device.ts';

export async function describeFirm(context: DeviceContext): Promise<FirmDescription> {
  const { book } = context;
  await book.sync();
  const { office } = book;
  const { firm } = office;
  const head = book.anchor(officeId).head;
  return {
    firm: context.firm,
    name: '',
    root: encodeHex(firm?.root ?? new Uint8Array(0)),
    ...(await readFirmRecord(context)),
    office: { origin: book.anchor(officeId).origin, size: head.size, edition: head.edition },
    persons: office.persons.size,
    vaults: office.vaults.size,
  };
}

async function readFirmRecord(context: DeviceContext): Promise<Partial<FirmDescription>> {
  const room = context.book.office.firm?.staffRoom;
  if (room === undefined) return {};
  let cards;
  try {
    cards = await readCards(context, { vault: officeId, room, mayAsk: true });
  } catch (cause) {
    // Not yet admitted to the staff room.
    if (cause instanceof AccessError) return {};
    throw cause;
  }
  const found = cards.findLast(({ row, content }) => row.kind === 'firm' && content !== undefined)?.content;
  if (found === undefined) return {};
  const { name, language, profession, countries } = asMap(found);
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof profession === 'string' ? { profession } : {}),
    ...(Array.isArray(countries)
      ? { countries: countries.filter((each): each is string => typeof each === 'string') }
      : {}),
  };
}
