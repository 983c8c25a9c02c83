/** Facts of a document for other content that was begun over an older version: what somebody changed meanwhile stays as they put it. */
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { RecordFacts } from '../device/device.ts';
import { parseDocumentCard } from './card-content.ts';
import { readCards } from './read-cards.ts';

/** The versions between which it is looked: the one that the content was begun over, and the newest. */
export interface Changes {
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly record: RecordId;
  readonly from: number;
  readonly to: number;
}

/** The facts that were to be written, but for those that differ between the two cards: these as the newer has them. */
export async function keepChangedFacts(
  context: DeviceContext,
  { vault, room, record, from, to }: Changes,
  facts: RecordFacts,
): Promise<RecordFacts> {
  const cards = await readCards(context, { vault, room, mayAsk: true });
  const [before, after] = [from, to].map((version) => {
    const content = cards.find(({ row }) => row.record === record && row.version === version)?.content;
    return content === undefined ? undefined : parseDocumentCard(content);
  });
  // Nothing to compare where a card is destroyed.
  if (before === undefined || after === undefined) return facts;
  return {
    name: after.name === before.name ? facts.name : after.name,
    folder: isSameFolder(after.folder, before.folder) ? facts.folder : after.folder,
    labels: mergeLabels(before.labels, after.labels, facts.labels),
  };
}

function isSameFolder(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, place) => name === right[place]);
}

type Labels = RecordFacts['labels'];

/** Label by label: one that was set, changed or taken away meanwhile is as it is now. */
function mergeLabels(before: Labels, after: Labels, wanted: Labels): Labels {
  const merged: [string, string][] = [];
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(after)])) {
    const value = after[key] === before[key] ? wanted[key] : after[key];
    if (value !== undefined) merged.push([key, value]);
  }
  return Object.fromEntries(merged);
}
