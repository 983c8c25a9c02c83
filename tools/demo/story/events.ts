/** What happens once: a draft is destroyed, access is revoked and an opening refused, holds, a proposal that waits. */
import { StrongroomError } from '@strongroom/core';
import type { DisposalId } from '@strongroom/core';
import type { CastKey } from '../cast.ts';
import { bankDetails, scannedMinutes } from '../papers.ts';
import { heldName } from './clients.ts';
import { recordNamed } from './world.ts';
import type { DemoClient, StoryWorld } from './world.ts';

const dayMs = 86_400_000;
/** Who is in the office on the last day, beside Anna. */
const presentLast = ['joanna', 'yue', 'michael'] as const satisfies readonly CastKey[];

/** Michael proposes to destroy the outdated draft. */
export async function proposeDraft(world: StoryWorld): Promise<DisposalId> {
  const { record } = findDraft(firstClient(world));
  const device = await world.person('michael').signIn();
  const { disposal } = await device.disposals.propose({
    records: [record],
    reason: 'Replaced by the share purchase agreement; the client asked us to destroy it.',
  });
  return disposal;
}

/** The agreement goes through two more versions, each by another hand. */
export async function reviseAgreement(world: StoryWorld, who: CastKey, base: number): Promise<void> {
  const client = firstClient(world);
  const found = client.written.find(({ paper }) => paper.name.startsWith('Share purchase'));
  if (found === undefined) return;
  const device = await world.person(who).signIn();
  const { paper, record } = found;
  await device.records.addVersion({
    record,
    base,
    source: world.printPaper(paper),
    folder: paper.folder,
    type: paper.type,
    ...(paper.class === undefined ? {} : { class: paper.class }),
  });
}

/** Anna gives a scan the name it should have had, files it, and puts documents of another client away. */
export async function fileInOrder(world: StoryWorld): Promise<void> {
  const [first, second] = world.clients;
  if (first === undefined || second === undefined) throw new Error('there are no two clients yet');
  const { name, folder } = scannedMinutes;
  const device = await world.person('anna').signIn();
  const changes = [
    { record: recordNamed(first, name), base: 1, name, folder },
    ...second.written.slice(0, 2).map(({ record }) => ({ record, base: 1, folder: ['Archives', '2025'] })),
  ];
  for (const result of await device.records.updateMany(changes))
    if ('code' in result) throw new Error(`a document was not moved: ${result.code}`);
}

/** Anna, the second person, approves. From here on nobody opens the draft any more. */
export async function approveDraft(world: StoryWorld, disposal: DisposalId): Promise<void> {
  const device = await world.person('anna').signIn();
  await device.disposals.approve({ disposal });
  const { written } = firstClient(world);
  written.splice(written.indexOf(findDraft(firstClient(world))), 1);
}

/** The grace is over: two people are at work, so the warden trusts its clock, and destroys. Anna keeps the certificate. */
export async function seeDraftDestroyed(world: StoryWorld, disposal: DisposalId): Promise<void> {
  const client = firstClient(world);
  for (const who of ['michael', 'anna'] as const)
    await world.open(who, recordNamed(client, 'Board minutes'), 'review');
  await world.pause();
  const device = await world.person('anna').signIn();
  await device.disposals.certificate({ disposal });
}

/** Helena, the officer, ties a client's room: nothing in it may be destroyed. */
export async function placeEarlierHold(world: StoryWorld, client: DemoClient): Promise<void> {
  const device = await world.person('helena').signIn();
  await device.holds.place({ room: client.room, reason: 'Claim announced by letter; order 2026-03.' });
}

/** Anna ties the room of the first client. */
export async function placeHold(world: StoryWorld): Promise<void> {
  const device = await world.person('anna').signIn();
  await device.holds.place({ room: firstClient(world).room, reason: 'Hold order 2026-07' });
}

/** Thomas is given a look at one client for a conflict check. */
export async function grantThomas(world: StoryWorld): Promise<void> {
  const device = await world.person('anna').signIn();
  await device.access.grant({
    room: firstClient(world).room,
    person: world.person('thomas').person,
    withHistory: true,
  });
}

/**
 * Thomas reads, is taken out of the room because he turns out to act for Fontaine, and tries once more before his device has heard
 * of it: the opening is refused, with a line. @throws Error if it is not refused
 */
export async function refuseThomas(world: StoryWorld): Promise<void> {
  const client = firstClient(world);
  const record = recordNamed(client, 'HR annex');
  await world.bringIn(['anna', 'thomas']);
  await world.open('thomas', record, 'conflict-check');
  await world.pause(3);
  const device = await world.person('anna').signIn();
  await device.access.revoke({ room: client.room, person: world.person('thomas').person });
  try {
    await world.open('thomas', record, 'work');
  } catch (cause) {
    if (cause instanceof StrongroomError) return;
    throw cause;
  }
  throw new Error('an opening that must be refused was not');
}

/** Anna proposes to destroy two outdated documents; nobody has approved yet. */
export async function proposeOutdated(world: StoryWorld, client: DemoClient): Promise<void> {
  const records = client.written.slice(0, 2).map(({ record }) => record);
  const device = await world.person('anna').signIn();
  await device.disposals.propose({ records, reason: 'Engagement ended more than ten years ago.' });
}

/** Anna proposes too much, and stops it herself: nothing is destroyed. */
export async function stopHasty(world: StoryWorld, client: DemoClient): Promise<void> {
  const device = await world.person('anna').signIn();
  const { disposal } = await device.disposals.propose({
    records: client.written.slice(2, 4).map(({ record }) => record),
    reason: 'Older than ten years.',
  });
  await device.disposals.stop({ disposal });
}

/**
 * What waits today: two leads each propose to destroy a document of a client of theirs; Anna approves one, which is in its grace, and
 * has the other before her. A member's access to a room of hers ends within the week.
 */
export async function leaveWorkWaiting(world: StoryWorld): Promise<void> {
  const anna = await world.person('anna').signIn();
  const [, second, ...others] = world.clients;
  const [graced, waiting] = others.filter(
    ({ members, written, plan }) =>
      presentLast.some((key) => key === members[0]) && written.length > 0 && plan.name !== heldName,
  );
  if (second === undefined || graced === undefined || waiting === undefined)
    throw new Error('there are too few clients');
  for (const { members, written } of [graced, waiting]) {
    const [lead] = members;
    const [paper] = written;
    if (lead === undefined || paper === undefined) continue;
    const device = await world.person(lead).signIn();
    const { disposal } = await device.disposals.propose({
      records: [paper.record],
      reason: 'The client took the original back and asked us to keep no copy.',
    });
    if (written === graced.written) await anna.disposals.approve({ disposal });
  }
  await anna.access.grant({
    room: second.room,
    person: world.person('yue').person,
    endsAtMs: world.endMs + 5 * dayMs,
  });
}

/** The last working day, as the first client's room shows it. */
export async function liveLastDay(world: StoryWorld): Promise<void> {
  const client = firstClient(world);
  await world.bringIn([...presentLast, 'anna']);
  await world.open('joanna', recordNamed(client, 'Umowa'), 'review');
  await world.open('yue', recordNamed(client, '保密协议'), 'review');
  await world.pause(3);
  await world.open('michael', recordNamed(client, 'HR annex'), 'work');
  await world.pause(3);
  await world.person('anna').signIn();
  client.written.push(await world.write('anna', client, world.printPaper(bankDetails), bankDetails));
  await world.pause(3);
  await world.open(
    'michael',
    recordNamed(client, 'Share purchase'),
    'work',
    'Comparing with the signed version',
  );
}

/** The room of the mocks. */
export function firstClient(world: StoryWorld): DemoClient {
  const [client] = world.clients;
  if (client === undefined) throw new Error('there is no client yet');
  return client;
}

function findDraft(client: DemoClient): DemoClient['written'][number] {
  const found = client.written.find(({ paper }) => paper.name.startsWith('Draft term sheet'));
  if (found === undefined) throw new Error('the draft is not there');
  return found;
}
