/** First day: the firm, its groups, its people. */
import { cast, firmName } from '../cast.ts';
import type { CastMember } from '../cast.ts';
import { groupNames } from '../client-names.ts';
import type { StoryWorld } from './world.ts';

/** Anna founds the firm and makes a vault for each group. */
export async function foundFirm(world: StoryWorld): Promise<void> {
  const anna = world.person('anna');
  await anna.foundFirm({ name: firmName, language: 'en', countries: ['GB', 'FR', 'PL'], profession: 'law' });
  await world.pause();
  const device = await anna.signIn();
  for (const name of groupNames) {
    const { vault } = await device.vaults.add({ name });
    world.vaults.push(vault);
  }
}

/** Everybody who enrols takes up the invitation, all in one morning, and is admitted after the fingerprint was compared. */
export async function bringPeople(world: StoryWorld): Promise<void> {
  const members = cast.filter(({ state }) => state === 'enrolled');
  const codes = new Map<CastMember, string>();
  for (const member of members) codes.set(member, await invite(world, member));
  await world.pause(4);
  await Promise.all(
    members.map(async (member) => await world.person(member.key).enrol(codes.get(member) ?? '')),
  );
  await world.pause(3);
  const device = await world.person('anna').signIn();
  await device.sync();
  for (const { key } of members) {
    const { person } = world.person(key);
    const { fingerprint = '' } = await device.people.show(person);
    await device.people.admit({ person, fingerprint });
  }
}

/** Somebody is invited and has not come yet; the invitation is good for two weeks. */
export async function inviteLast(world: StoryWorld): Promise<void> {
  for (const member of cast.filter(({ state }) => state === 'invited'))
    world.openInvitation = await invite(world, member);
}

async function invite(world: StoryWorld, member: CastMember): Promise<string> {
  const device = await world.person('anna').signIn();
  const { code } = await device.people.invite({ name: member.name, roles: member.roles });
  return code;
}
