/**
 * Turns intake boxes into sealed wraps. Invariant: one slot, one wrap. What a slot is used for is durable before anything is sealed
 * in it; the same again is sealed again, because a device retries under another intake key (docs/spec/warden.md section 4).
 */
import {
  StrongroomError,
  compareBytes,
  encodeSealContext,
  hashSealContext,
  sealWrap,
  wipeBytes,
} from '@strongroom/core';
import type { SealContext, Wrap } from '@strongroom/core';
import type { AppendParts } from '../append/append-batch.ts';
import type { SealItem, SealResult } from '../protocol/messages.ts';
import type { IntakeKeys } from '../requests/intake-keys.ts';
import type { SlotToUse } from '../tables/slot-table.ts';

type SealParts = AppendParts & { readonly intake: IntakeKeys };

/** A wrap that came in an intake box, and where it is to be sealed. */
type OpenedItem = { readonly context: SealContext; readonly toUse: SlotToUse; readonly wrap: Wrap };

/** Answers a sealed wrap or a code for each item. @throws DependencyError WARDEN_STORAGE_FAILED */
export async function sealItems(
  parts: SealParts,
  vault: string,
  items: readonly SealItem[],
): Promise<SealResult[]> {
  const found = await Promise.all(items.map((item) => openItem(parts, vault, item)));
  const opened = found.filter((item): item is OpenedItem => 'wrap' in item);
  try {
    const { refused, durable } = await parts.queue.run(async () => useSlots(parts, opened));
    await durable;
    const results = found.map(async (item): Promise<SealResult> => {
      if (!('wrap' in item)) return item;
      const code = refused.get(item);
      return code === undefined ? await sealOpened(parts, item) : { code };
    });
    return await Promise.all(results);
  } finally {
    wipeBytes(...opened.map(({ wrap }) => wrap));
  }
}

/** Opens an intake box, if its slot may be used for what it is sealed for. */
async function openItem(
  { context: { engine, clock }, tables, intake }: SealParts,
  vault: string,
  item: SealItem,
): Promise<OpenedItem | { readonly code: string }> {
  const { slot, record, version, part, room, wrapContextHash, box } = item;
  const context = { vault, slot, record, version, part, room, wrapContextHash } as SealContext;
  try {
    const toUse = { vault, room, slot, hash: hashSealContext(engine, encodeSealContext(context)) };
    const use = tables.slots.findUse({ ...toUse, nowMs: clock.nowMs() });
    if (use === 'SLOT_UNKNOWN' || use === 'SLOT_TAKEN') return { code: use };
    return { context, toUse, wrap: await intake.open(context, box) };
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error;
    return { code: error.code };
  }
}

/** Takes the slots of opened items for what they hold; answers which are taken by something else. Called inside the queue. */
function useSlots(
  { context, tables, record, settle }: SealParts,
  opened: readonly OpenedItem[],
): { readonly refused: ReadonlyMap<OpenedItem, string>; readonly durable: Promise<void> } {
  const nowMs = context.clock.nowMs();
  const refused = new Map<OpenedItem, string>();
  const uses = new Map<number, SlotToUse>();
  for (const item of opened) {
    const { toUse } = item;
    const inThis = uses.get(toUse.slot);
    const isOther = inThis !== undefined && compareBytes(inThis.hash, toUse.hash) !== 0;
    const use = isOther ? 'SLOT_TAKEN' : tables.slots.findUse({ ...toUse, nowMs });
    if (use === 'free') uses.set(toUse.slot, toUse);
    else if (use !== 'same') refused.set(item, use);
  }
  const durable = uses.size === 0 ? settle() : record({ k: 'used', uses: [...uses.values()] });
  return { refused, durable };
}

async function sealOpened(
  { context: { engine }, state, count }: SealParts,
  { context, wrap }: OpenedItem,
): Promise<SealResult> {
  try {
    const leafKey = state.leafKey(context.vault, context.slot);
    const sealed = await sealWrap(engine, { leafKey, context, wrap });
    count('seals');
    return { sealed };
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error;
    return { code: error.code };
  }
}
