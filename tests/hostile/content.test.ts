/** What a hostile server does to the stored bytes of a record on their way to a member's device. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '@strongroom/device';
import type { RecordId } from '@strongroom/core';
import { endpoints } from '@strongroom/protocol';
import { assertRefused, trafficOf } from './harness/assert-refused.ts';
import type { CollectingSink } from './harness/collecting-sink.ts';
import type { AnswerOf } from './harness/hostile-server.ts';
import { contentOf, foundOffice } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;
const floeHeaderBytes = 74;
const segmentBytes = 262_144;

beforeAll(async () => {
  office = await foundOffice();
}, 180_000);
afterAll(async () => await office.firm.remove());

type Stored = AnswerOf<'getVersion'>;

const openIt =
  (record: RecordId) =>
  async (device: Device, sink: CollectingSink): Promise<unknown> =>
    await device.records.open({ record, sink, purpose: 'work' });

const openAndCompare =
  (record: RecordId, content: Uint8Array) =>
  async (device: Device, sink: CollectingSink): Promise<void> => {
    await device.records.open({ record, sink, purpose: 'work' });
    expect(Buffer.compare(sink.shown, content)).toBe(0);
  };

/** Opens `other` while its segments are altered; refused, and right again afterwards. Answers what the server saw. */
async function alterSegments(
  id: string,
  alter: (bytes: Uint8Array) => Uint8Array,
): Promise<readonly string[]> {
  const home = office.colleague.copy();
  home.server.attack('getSegments', async ({ pass }) => Uint8Array.from(alter((await pass()).slice())));
  const run = { run: openIt(office.other), honest: openAndCompare(office.other, contentOf('other')) };
  return trafficOf(await assertRefused(home, id, run));
}

/** The same for what comes before the body. */
async function alterVersion(id: string, alter: (stored: Stored) => Stored): Promise<readonly string[]> {
  const home = office.colleague.copy();
  home.server.attack('getVersion', async ({ pass }) => alter(await pass()));
  const run = { run: openIt(office.other), honest: openAndCompare(office.other, contentOf('other')) };
  return trafficOf(await assertRefused(home, id, run));
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function segment(bytes: Uint8Array, index: number): Uint8Array {
  const start = floeHeaderBytes + index * segmentBytes;
  return bytes.subarray(start, start + segmentBytes);
}

describe('C1: a flipped bit', () => {
  test('C1: in the FLOE header, in the first, a middle and the last segment', async () => {
    const places = [0, 10, floeHeaderBytes, floeHeaderBytes + segmentBytes + 5, -1];
    for (const place of places) {
      await alterSegments('C1', (bytes) => flip(bytes, place < 0 ? bytes.length + place : place));
    }
  });

  test('C1: in the card, and in a leaf hash', async () => {
    await alterVersion('C1', (stored) => ({ ...stored, card: flip(stored.card, 100) }));
    await alterVersion('C1', (stored) => ({ ...stored, leafHashes: flip(stored.leafHashes, 70) }));
  });
});

test('C2: two segments exchanged', async () => {
  await alterSegments('C2', (bytes) => {
    const [first, second] = [segment(bytes, 0).slice(), segment(bytes, 1).slice()];
    bytes.set(second, floeHeaderBytes);
    bytes.set(first, floeHeaderBytes + segmentBytes);
    return bytes;
  });
});

test('C3: a segment left out', async () => {
  await alterSegments('C3', (bytes) =>
    Uint8Array.from(
      Buffer.concat([
        bytes.subarray(0, floeHeaderBytes + segmentBytes),
        bytes.subarray(floeHeaderBytes + 2 * segmentBytes),
      ]),
    ),
  );
});

test('C4: the end cut off, at a segment and within one', async () => {
  await alterSegments('C4', (bytes) => bytes.subarray(0, floeHeaderBytes + 2 * segmentBytes));
  await alterSegments('C4', (bytes) => bytes.subarray(0, bytes.length - 1));
});

describe('C5: a segment twice, or of something else', () => {
  test('C5: a segment in place of the next one', async () => {
    await alterSegments('C5', (bytes) => {
      bytes.set(segment(bytes, 0).slice(), floeHeaderBytes + segmentBytes);
      return bytes;
    });
  });

  test('C5: a segment of another record of the room, and of another version', async () => {
    for (const [record, version] of [
      [office.long, 1],
      [office.long, 2],
    ] as const) {
      const home = office.colleague.copy();
      home.server.attack('getSegments', async ({ pass, request }) => {
        const bytes = (await pass()).slice();
        const path = request.path.replace(
          /records\/[^/]+\/versions\/\d+/,
          `records/${record}/versions/${version}`,
        );
        bytes.set(segment(await pass({ path }), 1), floeHeaderBytes + segmentBytes);
        return bytes;
      });
      await assertRefused(home, 'C5', {
        run: openIt(office.other),
        honest: openAndCompare(office.other, contentOf('other')),
      });
    }
  });
});

describe('C6: another record than the one asked for', () => {
  test('C6: header, card and body of another record, or of an older version', async () => {
    for (const version of [1, 2]) {
      const home = office.colleague.copy();
      for (const name of ['getVersion', 'getSegments'] as const) {
        home.server.attack(name, async ({ pass, request }) => {
          const path = request.path.replace(
            /records\/[^/]+\/versions\/\d+/,
            `records/${office.long}/versions/${version}`,
          );
          return await pass({ path });
        });
      }
      await assertRefused(home, 'C6', {
        run: openIt(office.other),
        honest: openAndCompare(office.other, contentOf('other')),
      });
    }
  });

  test('C6: the cards of two records exchanged in a listing', async () => {
    const home = office.colleague.copy();
    home.server.attack('getCards', async ({ pass }) => {
      const answer = await pass();
      return { cards: answer.cards.toReversed() };
    });
    await assertRefused(home, 'C6', {
      run: async (device) => await device.records.list({ room: office.room }),
      honest: async (device) => {
        const rows = await device.records.list({ room: office.room });
        expect(rows.find(({ record }) => record === office.other)?.name).toContain('other');
      },
    });
  });
});

describe('C7: parts of two records mixed', () => {
  test('C7: card and header of two versions do not go together, in whatever part they are mixed', async () => {
    const parts = ['header', 'card', 'leafHashes'] as const;
    for (const part of parts) {
      const home = office.colleague.copy();
      home.server.attack('getVersion', async ({ pass, request }) => {
        const path = request.path.replace(
          /records\/[^/]+\/versions\/\d+/,
          `records/${office.long}/versions/2`,
        );
        const foreign = await pass({ path });
        return { ...(await pass()), [part]: foreign[part] };
      });
      await assertRefused(home, 'C7', {
        run: openIt(office.other),
        honest: openAndCompare(office.other, contentOf('other')),
      });
    }
  });

  test('C7: what the server answers of a version is one envelope each: there is no ciphertext by field to swap', () => {
    expect(Object.keys(endpoints.getVersion.output.shape).sort()).toEqual(['card', 'header', 'leafHashes']);
    const cards = endpoints.getCards.output.shape.cards.element.shape;
    expect(Object.keys(cards).sort()).toEqual(['bodyRoot', 'card', 'header']);
  });
});

describe('B6: failures tell nothing apart', () => {
  test('B6: whatever is wrong with a version, the device sends the same calls of the same lengths', async () => {
    const variants: readonly ((stored: Stored) => Stored)[] = [
      (stored) => ({ ...stored, card: flip(stored.card, 50) }),
      (stored) => ({ ...stored, card: flip(stored.card, stored.card.length - 1) }),
      (stored) => ({ ...stored, card: stored.card.subarray(0, stored.card.length - 16) }),
      (stored) => ({ ...stored, header: flip(stored.header, 20) }),
      (stored) => ({ ...stored, header: stored.header.subarray(1) }),
      (stored) => ({ ...stored, leafHashes: flip(stored.leafHashes, 0) }),
      (stored) => ({ ...stored, leafHashes: stored.leafHashes.subarray(32) }),
    ];
    const seen = new Set<string>();
    for (const alter of variants) seen.add(JSON.stringify(await alterVersion('B6', alter)));
    expect([...seen]).toHaveLength(1);
  });

  test('B6: whatever is wrong with a body, the device sends the same calls of the same lengths', async () => {
    const seen = new Set<string>();
    for (const alter of [
      (bytes: Uint8Array) => flip(bytes, 1),
      (bytes: Uint8Array) => flip(bytes, floeHeaderBytes + 3),
      (bytes: Uint8Array) => flip(bytes, bytes.length - 1),
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 20),
      (bytes: Uint8Array) => new Uint8Array(bytes.length),
    ]) {
      seen.add(JSON.stringify(await alterSegments('B6', alter)));
    }
    expect([...seen]).toHaveLength(1);
  });
});
