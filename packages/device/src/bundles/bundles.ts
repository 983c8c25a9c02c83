/** The web application's code that the firm stands by: publishing its hash, and telling what some bundle is by the statements. */
import { AccessError, ConflictError, decodeHex, encodeHex, InputError, officeId } from '@strongroom/core';
import { newestBundle } from '@strongroom/authority';
import type { PublishedBundle, WebBundles } from '@strongroom/authority';
import { leafHash } from '@strongroom/ledger';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { BundleRow, BundlesModule, LineReference } from '../device/device.ts';

const numberMax = 4_294_967_295;

export function createBundles(context: DeviceContext): BundlesModule {
  const { book, env } = context;

  function toRow(published: PublishedBundle): BundleRow {
    const { number, hash, minimum, person } = published;
    return { number, hash: encodeHex(hash), minimum, person, line: lineOf(published) };
  }

  function lineOf({ from, fromMs }: PublishedBundle): LineReference {
    const entry = book.log(officeId)?.find(from);
    if (entry === undefined) throw new TypeError('the entry of a statement that was folded is held');
    return {
      ledger: officeId,
      index: from,
      hash: encodeHex(leafHash(env.engine, entry.bytes)),
      atMs: fromMs,
    };
  }

  /** Without the freshest head of the firm's chain a server could hide the newest statement. */
  async function readKept(): Promise<WebBundles> {
    await book.syncLedger(officeId);
    book.assertSeen(officeId);
    return book.office.webBundles ?? [];
  }

  return {
    async publish(options) {
      const { number } = options;
      await book.syncLedger(officeId);
      const before = newestBundle(book.office);
      const minimum = options.minimum ?? before?.minimum ?? 1;
      const hash = parseBundleHash(options.hash);
      if (!isNumber(number)) throw new InputError('INPUT_INVALID', { name: 'number' });
      if (!isNumber(minimum) || minimum > number || minimum < (before?.minimum ?? 1))
        throw new InputError('INPUT_INVALID', { name: 'minimum' });
      // Whoever would lock himself out is told before he signs.
      if (env.bundle !== undefined && env.bundle.number < minimum)
        throw new AccessError('BUNDLE_TOO_OLD', { number: env.bundle.number, minimum });
      if (before !== undefined && number <= before.number) {
        const isSame = number === before.number && encodeHex(hash) === encodeHex(before.hash);
        if (!isSame) throw new ConflictError('BUNDLE_NUMBER_TAKEN', { number, newest: before.number });
        if (minimum === before.minimum) return { line: lineOf(before), isNew: false };
      }
      const appended = await book.append<'firm'>({
        ledger: officeId,
        chain: 'firm',
        makeBody: (start) => ({ k: 'bundle.published', ...start, number, hash, minimum }),
      });
      return { line: toLineReference(appended), isNew: true };
    },
    async list() {
      return (await readKept()).map(toRow).toReversed();
    },
    async newest() {
      const newest = (await readKept()).at(-1);
      return newest === undefined ? undefined : toRow(newest);
    },
    async check({ number, hash }) {
      const kept = await readKept();
      const newest = kept.at(-1);
      if (newest === undefined) return 'unknown';
      if (number < newest.minimum) return 'below-minimum';
      const isNamed = kept.some(
        (each) => each.number === number && (hash === undefined || encodeHex(each.hash) === hash),
      );
      if (!isNamed) return 'unknown';
      return number === newest.number ? 'current' : 'known-older';
    },
  };
}

function isNumber(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= numberMax;
}

/** @throws InputError INPUT_INVALID for anything but 64 lower-case hex digits */
function parseBundleHash(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InputError('INPUT_INVALID', { name: 'hash' });
  return decodeHex(text);
}
