/** Clients, and who may open their rooms. */
import type { VaultId } from '@strongroom/core';
import type { Device, NewClient } from '@strongroom/device';
import type { CastKey } from '../cast.ts';
import type { ClientPlan, NameLanguage } from '../client-names.ts';
import { duboisPapers, planPapers } from '../papers.ts';
import { inParallel } from './work.ts';
import type { DemoClient, StoryWorld } from './world.ts';

/** Who leads the clients of a language. */
const leads: Readonly<Record<NameLanguage, CastKey>> = {
  en: 'michael',
  fr: 'thomas',
  pl: 'joanna',
  zh: 'yue',
};
const countries: Readonly<Record<NameLanguage, string>> = { en: 'GB', fr: 'FR', pl: 'PL', zh: 'CN' };
/** Of the first client, on the last day. */
const lastDocuments = 1;
type GrantOptions = Parameters<Device['access']['grant']>[0];
const dayMs = 86_400_000;
const firstMembers: readonly CastKey[] = ['michael', 'joanna', 'yue'];

const firstName = 'Dubois Holdings';
/** The client whose room the officer ties; she is let in for that. */
export const heldName = 'Harrow & Pike Shipping';

/** Anna adds clients from lists, one list a group. */
export async function addClients(world: StoryWorld, plans: readonly ClientPlan[]): Promise<void> {
  const made = new Map<ClientPlan, DemoClient>();
  const device = await world.person('anna').signIn();
  await inParallel([...world.vaults.entries()], async ([group, vault]) => {
    const listed = plans.filter((plan) => plan.group === group);
    const results = await device.clients.addMany(
      listed.map((plan) => describeClient(world, plan)),
      { vault },
    );
    for (const [index, plan] of listed.entries()) {
      const result = results[index];
      if (result?.state !== 'added') throw new Error(`${plan.name} was not added`);
      const { code, room } = result;
      made.set(plan, { plan, room, vault, code, members: [], written: [], waiting: [] });
    }
  });
  await world.pause(9);
  world.clients.push(...plans.flatMap((plan) => made.get(plan) ?? []));
}

/** The row of a list. */
function describeClient(world: StoryWorld, plan: ClientPlan): NewClient {
  const { name, aliases } = plan;
  const reviewDays = 40 + world.random.below(500);
  return {
    name,
    aliases,
    class: plan.class,
    lead: world.person(plan.name === firstName ? 'anna' : leads[plan.language]).person,
    reviewAtMs: world.endMs + reviewDays * dayMs,
    countries: [countries[plan.language]],
  };
}

/** Grants those who work for a client, and decides what documents it will get. */
export async function staffClients(world: StoryWorld, busy: readonly DemoClient[]): Promise<void> {
  const { documents, firstDocuments } = world.size;
  const grants = new Map<VaultId, GrantOptions[]>(world.vaults.map((vault) => [vault, []]));
  for (const [index, client] of busy.entries()) {
    const isFirst = index === 0;
    const lead = leads[client.plan.language];
    const second = world.random.pick(['michael', 'joanna', 'yue', 'helena'] as const);
    const others = client.plan.name === heldName ? ['helena' as const] : index % 3 === 0 ? [second] : [];
    const members = isFirst ? firstMembers : [...new Set([lead, ...others])];
    for (const key of members) {
      grants.get(client.vault)?.push({
        room: client.room,
        person: world.person(key).person,
        role: key === members[0] ? 'manager' : 'member',
        ...(index % 7 === 3 && key !== lead ? { endsAtMs: world.installation.nowMs() + 200 * dayMs } : {}),
      });
      client.members.push(key);
    }
    if (isFirst) {
      const count = Math.max(0, firstDocuments - duboisPapers.length - lastDocuments);
      client.waiting.push(...duboisPapers, ...planPapers(world.random, client.plan, count));
      continue;
    }
    const rest = documents - firstDocuments;
    const count =
      Math.floor((rest * index) / (busy.length - 1)) - Math.floor((rest * (index - 1)) / (busy.length - 1));
    client.waiting.push(...planPapers(world.random, client.plan, count));
  }
  const device = await world.person('anna').signIn();
  // Each vault has a ledger of its own: what is written into different ones need not wait for each other.
  await inParallel([...grants.values()], async (listed) => {
    for (const grant of listed) await device.access.grant(grant);
  });
  await world.pause(9);
}
