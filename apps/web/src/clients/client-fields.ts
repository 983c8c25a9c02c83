/** What the form of a client holds while it is written, and what becomes of it. Pure. */
import type { PersonId } from '@strongroom/core';
import type { ClientProfile, NewClient, RecordClass } from '@strongroom/device';
import { fromDay, toDay } from './dates.ts';

/** The form. */
export interface ClientFields {
  readonly name: string;
  /** One a line. */
  readonly aliases: string;
  readonly group: string;
  readonly class: RecordClass;
  readonly lead: PersonId | undefined;
  readonly countries: readonly string[];
  /** `2026-11-22`, or empty. */
  readonly review: string;
}

export const nameLengthMax = 256;

/** An empty form. */
export function emptyFields(group: string, lead: PersonId | undefined): ClientFields {
  return { name: '', aliases: '', group, class: 2, lead, countries: [], review: '' };
}

/** The form of a client that is here. */
export function fieldsOf(profile: ClientProfile, group: string, clientClass: RecordClass): ClientFields {
  return {
    name: profile.name,
    aliases: profile.aliases.join('\n'),
    group,
    class: clientClass,
    lead: profile.lead,
    countries: profile.countries,
    review: toDay(profile.reviewAtMs),
  };
}

/** The aliases of a form: one a line, each once, never the name itself. */
export function aliasesOf({ name, aliases }: Pick<ClientFields, 'name' | 'aliases'>): readonly string[] {
  const written = aliases.split('\n').map((alias) => alias.trim().replaceAll(/\s+/gu, ' '));
  return [...new Set(written)].filter((alias) => alias !== '' && alias !== nameOf({ name }));
}

/** The name of a form. */
export function nameOf({ name }: Pick<ClientFields, 'name'>): string {
  return name.trim().replaceAll(/\s+/gu, ' ');
}

/** A client to add. */
export function toNewClient(fields: ClientFields): NewClient {
  const reviewAtMs = fromDay(fields.review);
  return {
    name: nameOf(fields),
    aliases: aliasesOf(fields),
    class: fields.class,
    countries: fields.countries,
    ...(fields.lead === undefined ? {} : { lead: fields.lead }),
    ...(reviewAtMs === undefined ? {} : { reviewAtMs }),
  };
}

/** What `clients.update` is given: only what is another than before. */
export interface ProfileChanges {
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly lead?: PersonId | null;
  readonly reviewAtMs?: number | null;
  readonly countries?: readonly string[];
}

export function changesOf(before: ClientFields, after: ClientFields): ProfileChanges {
  const isSame = (left: readonly string[], right: readonly string[]): boolean =>
    left.length === right.length && left.every((value, index) => value === right[index]);
  return {
    ...(nameOf(before) === nameOf(after) ? {} : { name: nameOf(after) }),
    ...(isSame(aliasesOf(before), aliasesOf(after)) ? {} : { aliases: aliasesOf(after) }),
    ...(before.lead === after.lead ? {} : { lead: after.lead ?? null }),
    ...(before.review === after.review ? {} : { reviewAtMs: fromDay(after.review) ?? null }),
    ...(isSame(before.countries, after.countries) ? {} : { countries: after.countries }),
  };
}
