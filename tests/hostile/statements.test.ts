/** A malicious member at the real server: statements with right signatures and hostile intent are refused, and leave nothing behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BodySigner, WrapRow } from '@strongroom/authority';
import { newId, officeId } from '@strongroom/core';
import type { TransportResponse } from '@strongroom/device';
import { getAttack } from './harness/attacks.ts';
import { RawMember } from './harness/raw-member.ts';
import { foundOffice } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;
let member: RawMember;
let stranger: RawMember;
const hash = new Uint8Array(32).fill(1);

beforeAll(async () => {
  office = await foundOffice();
  member = await RawMember.of(office.firm, office.colleague);
  stranger = await RawMember.of(office.firm, office.outsider);
}, 180_000);
afterAll(async () => await office.firm.remove());

const codeOf = ({ body }: TransportResponse): string =>
  (JSON.parse(new TextDecoder().decode(body)) as { readonly code: string }).code;

/** Hands a statement in; it is refused for a reason of the catalogue, and the chain is as long as before. */
async function expectRefused(
  id: string,
  by: RawMember,
  fields: Readonly<Record<string, unknown>>,
  place: {
    readonly ledger?: typeof office.vault;
    readonly chain?: string;
    readonly signer?: BodySigner;
  } = {},
): Promise<void> {
  const { ledger = office.vault, chain = office.room, signer } = place;
  const reader = ledger === officeId ? by : member;
  const before = (await reader.readChain(ledger, chain)).head.n;
  const response = await by.submit(ledger, chain, fields, signer === undefined ? {} : { signer });
  expect(response.status, `${id} ${String(fields['k'])}`).toBeGreaterThanOrEqual(400);
  expect(getAttack(id).expected).toContain(codeOf(response));
  expect((await reader.readChain(ledger, chain)).head.n).toBe(before);
}

describe('F1: rights that a member gives himself or a friend', () => {
  test('F1: a member who is no manager grants, rotates, thaws or invites', async () => {
    const { room, outsiderPerson, vault } = office;
    const rows = {
      room,
      generation: 1,
      head: [2, hash],
      fingerprint: hash.slice(16),
      epoch: 1,
      bundle: hash,
    };
    await expectRefused('F1', member, {
      k: 'access.granted',
      person: outsiderPerson,
      role: 'member',
      ...rows,
    });
    await expectRefused('F1', member, {
      k: 'access.granted',
      person: member.person,
      role: 'manager',
      ...rows,
    });
    await expectRefused('F1', member, { k: 'room.thawed', room });
    const recipients = [[member.person, 1, [2, hash]]];
    const rotation = { room, n: 2, commitment: hash, bundle: hash, recipients, recovery: 1 };
    await expectRefused('F1', member, { k: 'epoch.rotated', ...rotation });
    const firm = { ledger: officeId, chain: 'firm' };
    await expectRefused('F1', member, { k: 'role.granted', person: member.person, role: 'owner' }, firm);
    await expectRefused('F1', member, { k: 'person.suspended', person: outsiderPerson }, firm);
    await expectRefused('F1', member, { k: 'vault.created', vault, edition: 0, warden: 1, vkey: 'x' }, firm);
  });
});

describe('C10: a member writes in another’s name', () => {
  test('C10: his statement names another device, with his signature or with one made up', async () => {
    const { room } = office;
    const d = (await office.owner.device()).me.device;
    const fields = { k: 'access.revoked', d, room, person: office.colleaguePerson };
    for (const signer of [
      { id: d, seed: member.seed },
      { id: member.device, seed: member.seed },
    ]) {
      await expectRefused('C10', member, fields, { signer });
    }
  });
});

describe('C9: a record that nobody of the room wrote', () => {
  test('C9: a written line of a stranger, or one without its version', async () => {
    const { room } = office;
    const wraps: WrapRow[] = [{ part: 'card', epoch: 1, slot: 77, hw: hash }];
    const record = newId(member.engine, 'rec');
    const fields = {
      k: 'written',
      room,
      record,
      version: 1,
      header: hash,
      kind: 'document',
      class: 2,
      wraps,
    };
    const seed = stranger.seed;
    await expectRefused(
      'C9',
      member,
      { ...fields, d: stranger.device },
      { signer: { id: stranger.device, seed } },
    );
    // Versions have a door of their own, where header, card and wraps come with the line.
    await expectRefused('C9', member, fields);
  });
});

describe('J8: destroying without authority', () => {
  test('J8: a member who is no manager proposes, stops or holds', async () => {
    const { room } = office;
    const { entries } = await member.readChain(office.vault, room);
    const written = entries.find(({ body }) => body.k === 'written' && body.record === office.other)?.body;
    if (written?.k !== 'written') throw new Error('no line');
    const items = written.wraps.map(({ part, slot, hw }) => [office.other, 1, part, slot, hw]);
    const disposal = newId(member.engine, 'dsp');
    await expectRefused('J8', member, { k: 'disposal.proposed', disposal, items });
    await expectRefused('J8', member, { k: 'disposal.stopped', disposal });
    await expectRefused('J8', member, { k: 'hold.lifted', hold: newId(member.engine, 'hld') });
  });

  test('J8: a member ends the words of a month by himself: a record that is no key of his, a month that is long over or to come', async () => {
    const { room, other } = office;
    const kem = await member.engine.hpkePublicKey(member.engine.randomBytes(32));
    const month = new Date(member.firm.clock.nowMs()).toISOString().slice(0, 7);
    for (const record of [other, newId(member.engine, 'rec')])
      for (const wrong of [month, '2001-01', '2099-12'])
        await expectRefused('J8', member, { k: 'payload-key.made', room, month: wrong, kem, record });
  });
});
