/**
 * Five months of a firm, told in leaps of the clock. Every step is what a person's device does; nothing is written past them.
 * The days are counted back from the end, which is now.
 */
import type { DisposalId } from '@strongroom/core';
import { planClients } from '../client-names.ts';
import type { CastKey } from '../cast.ts';
import {
  approveDraft,
  fileInOrder,
  firstClient,
  grantThomas,
  leaveWorkWaiting,
  liveLastDay,
  placeEarlierHold,
  placeHold,
  proposeDraft,
  proposeOutdated,
  refuseThomas,
  reviseAgreement,
  seeDraftDestroyed,
  stopHasty,
} from './events.ts';
import { addClients, heldName, staffClients } from './clients.ts';
import { bringPeople, foundFirm, inviteLast } from './founding.ts';
import { openSome, writeShare } from './work.ts';
import type { StorySize, StoryWorld } from './world.ts';

/** How many days before now the story begins. */
export const storyDays = 152;

export const storySizes: Readonly<Record<'full' | 'small', StorySize>> = {
  full: { clients: 200, documents: 500, busy: 56, firstDocuments: 46, openings: 130 },
  small: { clients: 20, documents: 40, busy: 6, firstDocuments: 12, openings: 16 },
};

/** Days on which documents are written and opened, and who is in the office: each sign-in costs half a second of a processor. */
const workingDays: readonly (readonly [daysAgo: number, hour: number, present: readonly CastKey[]])[] = [
  [146, 9, ['anna', 'michael', 'joanna']],
  [121, 10, ['anna', 'yue']],
  [94, 8, ['anna', 'thomas']],
  [61, 13, ['anna', 'joanna']],
  [25, 9, ['anna', 'michael']],
  [20, 10, ['anna', 'michael', 'yue']],
];

/** A part of the story that begins: the text that says so. */
export type DemoStep =
  | { readonly text: `demo.step.${'clock' | 'firm' | 'clients' | 'access' | 'last-days'}` }
  | { readonly text: 'demo.step.documents'; readonly days: number };

/** Tells it. `onStep` is told what is being done, and how much of the whole is done, from 0 to 1. */
export async function tellStory(
  world: StoryWorld,
  onStep: (step: DemoStep, done: number) => void,
): Promise<void> {
  const plans = planClients(world.random, world.size.clients);
  const { busy } = world.size;
  const later = plans.length - busy;
  onStep({ text: 'demo.step.firm' }, 0);
  await world.goTo(storyDays, 8, 30);
  await foundFirm(world);
  await bringPeople(world);

  onStep({ text: 'demo.step.clients' }, 0.15);
  await world.goTo(storyDays - 2, 9);
  await addClients(world, plans.slice(0, busy));
  onStep({ text: 'demo.step.access' }, 0.3);
  await staffClients(world, world.clients.slice(0, busy));

  let draft: DisposalId | undefined;
  for (const [index, [daysAgo, hour, present]] of workingDays.entries()) {
    onStep({ text: 'demo.step.documents', days: daysAgo }, 0.35 + index * 0.08);
    await world.goTo(daysAgo, hour);
    await writeShare(world, { present, left: workingDays.length - index });
    await openSome(world, { present, count: Math.round(world.size.openings / workingDays.length) });
    if (index === 0) await addClients(world, plans.slice(busy, busy + Math.round(later / 2)));
    if (index === 2) await addClients(world, plans.slice(busy + Math.round(later / 2)));
    if (index === 3) await fileInOrder(world);
    if (index === 3) await placeEarlierHold(world, world.client(heldName));
    if (index === 4) {
      draft = await disposeOfDraft(world);
      await reviseAgreement(world, 'anna', 1);
    }
    if (index === 5) await reviseAgreement(world, 'michael', 2);
    if (index === 5 && draft !== undefined) await seeDraftDestroyed(world, draft);
  }

  onStep({ text: 'demo.step.last-days' }, 0.9);
  await world.goTo(8, 10, 5);
  await placeHold(world);
  await grantThomas(world);
  await inviteLast(world);
  await world.goTo(4, 9, 10);
  await proposeOutdated(world, world.clients[1] ?? firstClient(world));
  await stopHasty(world, world.clients[1] ?? firstClient(world));
  await refuseThomas(world);
  await world.installation.advanceTo(Date.now() - 90 * 60_000);
  await liveLastDay(world);
  await leaveWorkWaiting(world);
  world.root = await readRoot(world);
  for (const person of world.people.values()) await person.signOut();
}

/** Proposed, and approved by another person later on the same day. */
async function disposeOfDraft(world: StoryWorld): Promise<DisposalId> {
  const disposal = await proposeDraft(world);
  await world.pause(4);
  await approveDraft(world, disposal);
  return disposal;
}

async function readRoot(world: StoryWorld): Promise<string> {
  const device = await world.person('michael').signIn();
  return (await device.firm.describe()).root;
}
