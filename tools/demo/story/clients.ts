/** Clients, and who may open their rooms. */
import type { CastKey } from '../cast.ts';
import type { ClientPlan, NameLanguage } from '../client-names.ts';
import { duboisPapers, planPapers } from '../papers.ts';
import type { DemoClient, StoryWorld } from './world.ts';

/** Who leads the clients of a language. */
const leads: Readonly<Record<NameLanguage, CastKey>> = {
  en: 'michael',
  fr: 'thomas',
  pl: 'joanna',
  zh: 'yue',
};
const firstMembers: readonly CastKey[] = ['michael', 'joanna', 'yue'];

/** The client whose room the officer ties; she is let in for that. */
export const heldName = 'Harrow & Pike Shipping';

/** Anna adds clients. */
export async function addClients(world: StoryWorld, plans: readonly ClientPlan[]): Promise<void> {
  for (const [index, plan] of plans.entries()) {
    const device = await world.person('anna').signIn();
    const vault = world.vaults[plan.group];
    if (vault === undefined) throw new Error(`there is no group ${plan.group}`);
    const { code, room } = await device.clients.add({
      vault,
      name: plan.name,
      aliases: plan.aliases,
      class: plan.class,
    });
    world.clients.push({ plan, room, vault, code, members: [], written: [], waiting: [] });
    if (index % 12 === 11) await world.pause(9);
  }
}

/** Grants those who work for a client, and decides what documents it will get. */
export async function staffClients(world: StoryWorld, busy: readonly DemoClient[]): Promise<void> {
  const { documents, firstDocuments } = world.size;
  for (const [index, client] of busy.entries()) {
    const isFirst = index === 0;
    const lead = leads[client.plan.language];
    const second = world.random.pick(['michael', 'joanna', 'yue', 'helena'] as const);
    const others = client.plan.name === heldName ? ['helena' as const] : index % 3 === 0 ? [second] : [];
    const members = isFirst ? firstMembers : [...new Set([lead, ...others])];
    const device = await world.person('anna').signIn();
    for (const key of members) {
      await device.access.grant({
        room: client.room,
        person: world.person(key).person,
        role: key === members[0] ? 'manager' : 'member',
        ...(index % 7 === 3 && key !== lead
          ? { endsAtMs: world.installation.nowMs() + 200 * 86_400_000 }
          : {}),
      });
      client.members.push(key);
    }
    if (index % 12 === 11) await world.pause(9);
    if (isFirst) {
      const count = Math.max(0, firstDocuments - duboisPapers.length);
      client.waiting.push(...duboisPapers, ...planPapers(world.random, client.plan, count));
      continue;
    }
    const rest = documents - firstDocuments;
    const count =
      Math.floor((rest * index) / (busy.length - 1)) - Math.floor((rest * (index - 1)) / (busy.length - 1));
    client.waiting.push(...planPapers(world.random, client.plan, count));
  }
}
