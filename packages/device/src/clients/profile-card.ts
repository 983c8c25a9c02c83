/**
 * The card of a client's profile (docs/spec/bytes.md section 6). What an older card does not say is absent; what a newer one says
 * besides is left alone. It comes from a member, so each value is taken only if it is what it should be.
 */
import { InputError, isBytes } from '@strongroom/core';
import type { CborValue, PersonId } from '@strongroom/core';
import type { ClientContact, ClientProfile, NewClient } from '../device/device.ts';
import { asMap, parseProfileCard } from '../records/card-content.ts';

const textLengthMax = 256;
const noteLengthMax = 8_000;
const countMax = 64;
const contactFields = ['name', 'role', 'email', 'phone'] as const;

/** The profile of a card. @throws IntegrityError RECORD_REFUSED */
export function parseClientProfile(value: CborValue): ClientProfile {
  const { name, aliases } = parseProfileCard(value);
  const { lead, review, countries, contacts, note } = asMap(value);
  return {
    name,
    aliases,
    ...(typeof lead === 'string' && lead.startsWith('per_') ? { lead: lead as PersonId } : {}),
    ...(typeof review === 'number' ? { reviewAtMs: review } : {}),
    countries: texts(countries),
    contacts: listOf(contacts).flatMap(parseContact),
    ...(typeof note === 'string' ? { note } : {}),
  };
}

/** The code that a card says it is of. */
export function codeOfCard(value: CborValue): string | undefined {
  const { code } = asMap(value);
  return typeof code === 'string' ? code : undefined;
}

/** The card of a profile. Only what was given is in it, so that a card of a name alone is as it always was. */
export function profileCard(code: string, profile: ClientProfile): CborValue {
  const { name, aliases, lead, reviewAtMs, countries, contacts, note } = profile;
  return {
    name,
    aliases: [...aliases],
    code,
    ...(lead === undefined ? {} : { lead }),
    ...(reviewAtMs === undefined ? {} : { review: reviewAtMs }),
    ...(countries.length === 0 ? {} : { countries: [...countries] }),
    ...(contacts.length === 0 ? {} : { contacts: contacts.map((contact) => ({ ...contact })) }),
    ...(note === undefined ? {} : { note }),
  };
}

/** What was typed or imported, in order. @throws InputError INPUT_INVALID with the name of what is wrong */
export function toProfile(client: NewClient): ClientProfile {
  const name = client.name.trim();
  const aliases = tidy('aliases', client.aliases);
  const countries = tidy('countries', client.countries).map((each) => each.toUpperCase());
  const note = client.note?.trim();
  if (name === '' || name.length > textLengthMax) throw new InputError('INPUT_INVALID', { name: 'name' });
  if (countries.some((each) => !/^[A-Z]{2}$/.test(each)))
    throw new InputError('INPUT_INVALID', { name: 'countries' });
  if ((note?.length ?? 0) > noteLengthMax) throw new InputError('INPUT_INVALID', { name: 'note' });
  if (client.reviewAtMs !== undefined && !Number.isSafeInteger(client.reviewAtMs))
    throw new InputError('INPUT_INVALID', { name: 'reviewAtMs' });
  if ((client.contacts?.length ?? 0) > countMax) throw new InputError('INPUT_INVALID', { name: 'contacts' });
  return {
    name,
    aliases,
    ...(client.lead === undefined ? {} : { lead: client.lead }),
    ...(client.reviewAtMs === undefined ? {} : { reviewAtMs: client.reviewAtMs }),
    countries,
    contacts: (client.contacts ?? []).map(tidyContact),
    ...(note === undefined || note === '' ? {} : { note }),
  };
}

function tidy(field: string, values: readonly string[] | undefined): string[] {
  const tidied = [...new Set((values ?? []).map((each) => each.trim()).filter((each) => each !== ''))];
  if (tidied.length > countMax || tidied.some((each) => each.length > textLengthMax))
    throw new InputError('INPUT_INVALID', { name: field });
  return tidied;
}

function tidyContact(contact: ClientContact): ClientContact {
  const fields = contactFields.flatMap((field): [string, string][] => {
    const text = contact[field]?.trim() ?? '';
    if (text.length > textLengthMax) throw new InputError('INPUT_INVALID', { name: 'contacts' });
    return text === '' ? [] : [[field, text]];
  });
  if (!fields.some(([field]) => field === 'name'))
    throw new InputError('INPUT_INVALID', { name: 'contacts' });
  return Object.fromEntries(fields) as unknown as ClientContact;
}

function parseContact(value: unknown): ClientContact[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isBytes(value)) return [];
  const found = value as Readonly<Record<string, unknown>>;
  const fields = contactFields.flatMap((field): [string, string][] => {
    const text = found[field];
    return typeof text === 'string' ? [[field, text]] : [];
  });
  return fields.some(([field]) => field === 'name')
    ? [Object.fromEntries(fields) as unknown as ClientContact]
    : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return listOf(value).filter((each): each is string => typeof each === 'string');
}
