/** Attachments are found by their hash; only what a signed body names is kept. */
import { decodeBody } from '@strongroom/authority';
import { encodeHex, hashLabelled, InputError } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';
import type { VaultTables, Writer } from '../../storage/index.ts';

/** An attachment under its hash. */
export type NamedAttachment = { readonly hash: Uint8Array; readonly bytes: Uint8Array };

/**
 * Hashes attachments and checks that one of the bodies names each.
 * @throws InputError REQUEST_INVALID
 */
export function nameAttachments(
  context: ServerContext,
  bodies: readonly Uint8Array[],
  attachments: readonly Uint8Array[],
): NamedAttachment[] {
  const named = new Set(bodies.flatMap((body) => listHashes(decodeBody(body))).map(encodeHex));
  return attachments.map((bytes) => {
    const hash = hashLabelled(context.engine, 'attachment', bytes);
    if (!named.has(encodeHex(hash))) throw new InputError('REQUEST_INVALID', { reason: 'attachment' });
    return { hash, bytes };
  });
}

/** Stores attachments beside the entry that names them. */
export async function insertAttachments(
  writer: Writer<VaultTables>,
  attachments: readonly NamedAttachment[],
  position: number,
): Promise<void> {
  for (const { hash, bytes } of attachments)
    await writer
      .insertInto('attachments')
      .values({ hash, bytes, position })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Every hash that a body holds, at any depth: 32-byte strings. */
function listHashes(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return value.length === 32 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(listHashes);
}
