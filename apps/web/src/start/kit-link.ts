/**
 * The link that a printed kit carries as a QR code: whoever opens it on a new browser has only the password left to type.
 * Format, version 1: `<address>/signin#kit=1.<person>.<root>.<kit>` with the person's id, the firm's root in 64 lower-case hexadecimal
 * digits and the kit's eight groups with their dashes. All of it is in the fragment, which a browser keeps to itself. The password
 * is never in a link: a link alone opens nothing.
 */
import { InputError, isId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';

/** What a link says. */
export interface KitLink {
  readonly person: PersonId;
  /** 64 hexadecimal digits. */
  readonly root: string;
  /** The printed kit's groups. */
  readonly kit: string;
}

const pattern = /^#kit=1\.([a-z0-9_]+)\.([0-9a-f]{64})\.([0-9A-Z]{7}(?:-[0-9A-Z]{7}){7})$/;

/** Writes a link to a server's address. */
export function formatKitLink(address: string, { person, root, kit }: KitLink): string {
  return `${address}/signin#kit=1.${person}.${root}.${kit}`;
}

/** Reads the fragment of a link. The kit's own check is left to whoever uses it. @throws InputError KIT_INVALID */
export function parseKitFragment(fragment: string): KitLink {
  const [, person, root, kit] = pattern.exec(fragment) ?? [];
  if (!isId('per', person) || root === undefined || kit === undefined) throw new InputError('KIT_INVALID');
  return { person, root, kit };
}
