/** A server that keeps people apart, repeats what they said, or says nothing new: forks between users, replays, silence. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addNoteSignatures,
  cosignCheckpoint,
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  noteSignatureTypes,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import type { Device } from '@strongroom/device';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertRefused } from './harness/assert-refused.ts';
import { getAttack } from './harness/attacks.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { AnswerOf } from './harness/hostile-server.ts';
import { contentOf, foundOffice, RealFirm, sourceOf } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';
import { WardenFirm } from './harness/warden-firm.ts';

type Sync = AnswerOf<'sync'>;

let office: Office;
let witness: NoteSigner;

beforeAll(async () => {
  office = await foundOffice();
  const { engine } = office.owner.environment;
  const seed = engine.randomBytes(32);
  const publicKey = await engine.ed25519PublicKey(seed);
  const type = noteSignatureTypes.cosignatureV1;
  witness = createNoteSigner(
    engine,
    createNoteKey(engine, { name: 'partner.example', type, publicKey }),
    seed,
  );
}, 180_000);
afterAll(async () => await office.firm.remove());

const write = async (device: Device): Promise<unknown> =>
  await device.records.add({ room: office.room, source: sourceOf('a note', contentOf('a note', 2_000)) });
const openLong = async (device: Device): Promise<unknown> =>
  await device.records.open({ record: office.long, sink: createCollectingSink(), purpose: 'work' });

describe('E5: a request is repeated', () => {
  test('E5: the same signed request in a second line is void, and opens nothing', async () => {
    const firm = await WardenFirm.found();
    try {
      const asked = await firm.write(firm.member, firm.room);
      const first = await firm.open(firm.member, asked);
      expect(first.line.release).toBeDefined();
      const again = await firm.open(firm.member, asked, { tamper: () => first.signed });
      expect(getAttack('E5').expected).toContain(again.line.void);
      expect(again.line.release).toBeUndefined();
    } finally {
      await firm.remove();
    }
  });
});

describe('E6: nothing new is said', () => {
  test('E6: a server that goes on with its first answer is not fresh after ten minutes, and nothing is written', async () => {
    const home = office.owner.copy();
    const first = new Map<string, Sync>();
    await (await home.device()).sync();
    home.server.attack('sync', async ({ body, pass }) => {
      const kept = first.get(body.ledger);
      if (kept !== undefined) return { ...kept, entries: [] };
      const answer = await pass();
      first.set(body.ledger, answer);
      return answer;
    });
    await (await home.device()).sync();
    await office.firm.advance(11 * 60_000);
    await assertRefused(home, 'E6', { run: write, honest: write });
  });
});

describe('E4: users are kept apart by a fork', () => {
  test('E4: the head that the firm’s witness has is the first message that crosses, and the evidence is saved', async () => {
    const { firm, owner, colleague, vault } = office;
    await (await owner.device()).witnesses.name({ vkeys: [formatNoteKey(witness.key)], waitHours: 720 });
    const home = colleague.copy();
    await (await home.device()).sync();
    const copied = mkdtempSync(join(tmpdir(), 'sr-apart-'));
    await firm.stop();
    for (const part of ['data', 'warden', 'opaque-setup', 'config.json'])
      cpSync(join(firm.home, part), join(copied, part), {
        recursive: true,
        filter: (path) => !path.endsWith('.sock'),
      });
    const [elder, twin] = [await RealFirm.start(firm.home), await RealFirm.start(copied)];
    for (const each of [elder, twin]) await each.advance(firm.shiftMs);
    office = { ...office, firm: elder };
    // One is shown the elder's history, which the witness has; the other the twin's, which is longer.
    const atTwin = owner.copy();
    owner.moveTo(elder);
    atTwin.moveTo(twin);
    await write(await owner.device());
    let shown = '';
    owner.server.attack('sync', async ({ body, pass }) => {
      const answer = await pass();
      if (body.ledger === vault) shown = answer.checkpoint;
      return answer;
    });
    await (await owner.device()).sync();
    owner.server.behave();
    for (let count = 0; count < 3; count++) await write(await atTwin.device());
    home.moveTo(twin);
    await (await home.device()).sync();
    const cosigned = addNoteSignatures(shown, [await cosignCheckpoint(shown, witness, 1_790_000_000)]);
    home.server.attack('sync', async ({ body, pass }) => {
      const answer = await pass();
      return body.ledger === vault ? { ...answer, witnessed: cosigned } : answer;
    });
    const syncs = async (device: Device): Promise<unknown> => await device.sync();
    await assertRefused(home, 'E4', { run: syncs, honest: openLong });
    const [alarm] = await (await home.device()).ledger.alarms();
    expect(alarm).toMatchObject({ kind: 'forked', ledger: vault });
    const file = await (await home.device()).ledger.alarmFile(alarm?.id ?? '');
    const evidence = JSON.parse(file) as {
      readonly given: string;
      readonly known: { readonly note: string };
    };
    expect(evidence.given).toBe(cosigned);
    expect(evidence.known.note).not.toBe(shown);
    await twin.remove();
  });
});
