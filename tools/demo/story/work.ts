/** Daily work: documents are written and opened, by several people at once, a few minutes apart. */
import type { RecordId } from '@strongroom/core';
import type { Purpose } from '@strongroom/device';
import type { CastKey } from '../cast.ts';
import type { Paper } from '../papers.ts';
import type { DemoClient, StoryWorld } from './world.ts';

const purposes: readonly Purpose[] = [
  'work',
  'work',
  'work',
  'review',
  'review',
  'handover',
  'conflict-check',
  'request-of-client',
];
/** Documents that are under way at once; beyond it nothing gets faster. */
const width = 8;
const betweenPauses = 30;
/** Openings between two pauses. */
const openedAtOnce = 4;
/** As short as it is, nobody has to sign in a second time on a day: that costs half a second of a processor. */
const pauseMinutes = 2;

/** Writes a share of what waits: of the `left` working days that are left, this is one. */
export async function writeShare(
  world: StoryWorld,
  options: { readonly present: readonly CastKey[]; readonly left: number },
): Promise<void> {
  const jobs: { who: CastKey; client: DemoClient; paper: Paper }[] = [];
  for (const client of world.clients) {
    const count = Math.ceil(client.waiting.length / options.left);
    const able = ['anna' as const, ...client.members].filter((key) => options.present.includes(key));
    for (const paper of client.waiting.splice(0, count))
      jobs.push({ who: world.random.pick(able), client, paper });
  }
  const mixed = world.random.shuffle(jobs);
  // Their passwords are proved in workers, while the first papers are printed here.
  const coming = world.bringIn(options.present);
  for (let from = 0; from < mixed.length; from += betweenPauses) {
    const some = mixed.slice(from, from + betweenPauses);
    const ready = some.map((job) => ({ ...job, source: world.printPaper(job.paper) }));
    await coming;
    const written = await inParallel(
      ready,
      async ({ who, client, source, paper }) => await world.write(who, client, source, paper),
    );
    for (const [index, { client }] of ready.entries())
      client.written.push(...written.slice(index, index + 1));
    await world.pause(pauseMinutes);
  }
  await coming;
}

/** People open what is there. */
export async function openSome(
  world: StoryWorld,
  options: { readonly present: readonly CastKey[]; readonly count: number },
): Promise<void> {
  const able = world.clients.filter(({ written }) => written.length > 0);
  const openings: { readonly who: CastKey; readonly record: RecordId; readonly purpose: Purpose }[] = [];
  for (let number = 0; number < options.count; number++) {
    const client = world.random.below(4) === 0 ? able[0] : world.random.pick(able);
    if (client === undefined) return;
    const who = world.random.pick(
      ['anna' as const, ...client.members].filter((key) => options.present.includes(key)),
    );
    const { record } = world.random.pick(client.written);
    openings.push({ who, record, purpose: world.random.pick(purposes) });
  }
  for (let from = 0; from < openings.length; from += openedAtOnce) {
    const some = openings.slice(from, from + openedAtOnce);
    await inParallel(some, async ({ who, record, purpose }) => await world.open(who, record, purpose));
    await world.pause(pauseMinutes);
  }
}

/** Does all of these, a few at a time; the answers in the order of the items. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const rest = [...items.entries()];
  const answers: R[] = [];
  const runLane = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift())
      answers[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: width }, runLane));
  return answers;
}
