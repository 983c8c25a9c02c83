/** A malicious member and a malicious server together: entries handed straight to a real warden, past every check of the server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releasedBody } from '@strongroom/authority';
import * as core from '@strongroom/core';
import { getAttack } from './harness/attacks.ts';
import { WardenFirm } from './harness/warden-firm.ts';
import type { Submitted } from './harness/warden-world.ts';

let firm: WardenFirm;
const hourMs = 3_600_000;

beforeAll(async () => {
  firm = await WardenFirm.found();
});
afterAll(async () => await firm.remove());

/** Refused by the warden for a reason of the catalogue, and judged the same by everybody who reads the ledger. */
function expectVoid(id: string, { void: code, release, judged }: Submitted): void {
  expect(getAttack(id).expected).toContain(code);
  expect(release).toBeUndefined();
  expect(judged).toBe(code);
}

describe('C9: a record that nobody wrote', () => {
  test('C9: a line in a member’s name with a signature of the server’s own key', async () => {
    const seed = firm.engine.randomBytes(32);
    const signers = [{ id: firm.member.device.id, seed }];
    expectVoid('C9', (await firm.write(firm.member, firm.room, { departure: { signers } })).written);
  });

  test('C9: a line without a signature', async () => {
    expectVoid('C9', (await firm.write(firm.member, firm.room, { departure: { signers: [] } })).written);
  });

  test('C9: a line of a person who is no member, though he holds the room key', async () => {
    expectVoid('C9', (await firm.write(firm.stranger, firm.room)).written);
  });

  test('C9: the honest line after it holds', async () => {
    expect((await firm.write(firm.member, firm.room)).written.void).toBeUndefined();
  });
});

describe('C10: who wrote it', () => {
  test('C10: a member names a colleague’s device as the author and signs himself', async () => {
    const { officer, member } = firm;
    const signers = [{ id: officer.device.id, seed: member.device.seed }];
    expectVoid('C10', (await firm.write(officer, firm.room, { departure: { signers } })).written);
  });

  test('C10: a member’s own signature beside a colleague’s name', async () => {
    const { officer, member } = firm;
    expectVoid(
      'C10',
      (await firm.write(officer, firm.room, { departure: { signers: [member.device] } })).written,
    );
  });

  test('C10: an entry whose signature belongs to other bytes', async () => {
    const { member, room, vault } = firm;
    const body = firm.bodyOf(member.device, 'epoch.disputed', room, { room, n: 1 }, { ledger: vault });
    const other = firm.bodyOf(
      member.device,
      'access.revoked',
      room,
      { room, person: member.person },
      { ledger: vault },
    );
    const message = core.encodeCbor(other);
    const signature = await core.signLabelled(firm.engine, {
      label: 'entry',
      seed: member.device.seed,
      bytes: message,
    });
    const bytes = core.encodeCbor(body);
    expectVoid('C10', await firm.append(vault, { body: bytes, sigs: [[member.device.id, signature]] }));
  });
});

describe('F1: the server adds a member', () => {
  test('F1: a grant that no manager signed makes nobody a member', async () => {
    const { stranger, member, owner, room } = firm;
    const fields = firm.grantFields(room, stranger.person);
    const forged = [{ id: owner.device.id, seed: firm.engine.randomBytes(32) }];
    expectVoid('F1', await firm.tryInVault(owner, 'access.granted', room, fields, { signers: forged }));
    expectVoid('F1', await firm.tryInVault(stranger, 'access.granted', room, fields));
    expectVoid('F1', await firm.tryInVault(member, 'access.granted', room, fields));
    const record = await firm.write(member, room);
    expectVoid('F1', (await firm.open(stranger, record)).line);
  });
});

describe('F3: an old epoch', () => {
  test('F3: what is written under an epoch that was given up is void once its time is over', async () => {
    const { owner, member, officer } = firm;
    const room = core.newId(firm.engine, 'rom');
    await firm.inVault(owner, 'room.created', room, { room, type: 'main', class: 1, suite: 1 });
    await firm.rotate(owner, room);
    await firm.grant(owner, room, member.person);
    await firm.grant(owner, room, officer.person);
    await firm.inVault(owner, 'access.revoked', room, { room, person: officer.person });
    await firm.rotate(owner, room);
    expect((await firm.write(member, room, { epoch: 1 })).written.void, 'within its time').toBeUndefined();
    await firm.advance(73 * hourMs);
    expectVoid('F3', (await firm.write(member, room, { epoch: 1 })).written);
    expect((await firm.write(member, room)).written.void).toBeUndefined();
  });

  test('F3: with a rotation swallowed, writing stops', async () => {
    const { owner, member, officer } = firm;
    const room = core.newId(firm.engine, 'rom');
    await firm.inVault(owner, 'room.created', room, { room, type: 'main', class: 1, suite: 1 });
    await firm.rotate(owner, room);
    await firm.grant(owner, room, member.person);
    await firm.grant(owner, room, officer.person);
    await firm.inVault(owner, 'access.revoked', room, { room, person: officer.person });
    await firm.advance(73 * hourMs);
    expectVoid('F3', (await firm.write(member, room)).written);
  });
});

describe('F5: an epoch key of somebody else', () => {
  test('F5: a rotation of the server, of a stranger, or one that adds a reader is void', async () => {
    const { owner, stranger, member, room } = firm;
    const fields = firm.rotationFields(room);
    const forged = [{ id: owner.device.id, seed: firm.engine.randomBytes(32) }];
    expectVoid('F5', await firm.tryInVault(owner, 'epoch.rotated', room, fields, { signers: forged }));
    expectVoid('F5', await firm.tryInVault(stranger, 'epoch.rotated', room, fields));
    const reader = (firm.grantFields(room, stranger.person) as { head: unknown }).head;
    const recipients = [
      ...(fields['recipients'] as [string, ...unknown[]][]),
      [stranger.person, 1, reader],
    ].sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
    expectVoid('F5', await firm.tryInVault(owner, 'epoch.rotated', room, { ...fields, recipients }));
    expectVoid('F5', await firm.tryInVault(member, 'epoch.rotated', room, fields));
  });
});

describe('F11: a member again by a changed row', () => {
  test('F11: the warden releases by its own table, whatever the server’s line says', async () => {
    const { owner, officer, vault } = firm;
    const room = core.newId(firm.engine, 'rom');
    await firm.inVault(owner, 'room.created', room, { room, type: 'main', class: 1, suite: 1 });
    await firm.rotate(owner, room);
    await firm.grant(owner, room, officer.person);
    const record = await firm.write(owner, room);
    expect((await firm.open(officer, record)).line.release).toBeDefined();
    await firm.inVault(owner, 'access.revoked', room, { room, person: officer.person });
    expectVoid('F11', (await firm.open(officer, record)).line);
    // The line names a person who may, the request is of a device that may not.
    const borrowed = (await firm.open(officer, record, { person: owner.person })).line;
    expect(getAttack('F11').expected).toContain(borrowed.void);
    expect(borrowed.release).toBeUndefined();
    const owners = await firm.open(owner, record);
    const body = releasedBody(owners.request, owner.person);
    const bare = await firm.append(vault, { body, sigs: [] }, { wraps: [record.sealed] });
    expect(getAttack('F11').expected, 'a line without its request').toContain(bare.void);
    expect(bare.release).toBeUndefined();
  });
});
