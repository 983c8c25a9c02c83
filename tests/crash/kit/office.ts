/** The firm that the crash tests work in: an owner, a second manager, a third person to grant to; one vault, one client. */
import type { PersonId, RoomId, VaultId } from '@strongroom/core';
import type { Installation } from './installation.ts';
import { Member } from './member.ts';
import { Witness } from './witness.ts';

/** The firm at work. */
export interface Office {
  readonly installation: Installation;
  readonly witness: Witness;
  readonly ada: Member;
  readonly ben: Member;
  readonly cleo: PersonId;
  readonly cleoFingerprint: string;
  readonly vault: VaultId;
  readonly room: RoomId;
}

/** Founds it. */
export async function foundOffice(installation: Installation): Promise<Office> {
  const witness = new Witness();
  const ada = new Member(installation, witness);
  await ada.complete(await ada.beginFirm());
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  const { room } = await ada.device.clients.add({ vault, name: 'Client' });
  const enrol = async (name: string): Promise<{ member: Member; person: PersonId; fingerprint: string }> => {
    const { code, person } = await ada.device.people.invite({ name, roles: ['opener'] });
    const member = new Member(installation, witness);
    await member.complete(await member.beginEnrolment(code));
    const { fingerprint } = await ada.device.people.show(person);
    await ada.device.people.admit({ person, fingerprint: fingerprint ?? '' });
    return { member, person, fingerprint: fingerprint ?? '' };
  };
  const { member: ben, person: benPerson, fingerprint } = await enrol('Ben Hart');
  const cleo = await enrol('Cleo Marsh');
  await ada.device.access.grant({ room, person: benPerson, role: 'manager', fingerprint, withHistory: true });
  await ada.device.people.grantRole(benPerson, 'officer');
  await ben.device.sync();
  return {
    installation,
    witness,
    ada,
    ben,
    cleo: cleo.person,
    cleoFingerprint: cleo.fingerprint,
    vault,
    room,
  };
}
