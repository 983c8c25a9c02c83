/** How hard a password is to guess, judged on this device: in a worker of its own, because the word lists are long and the search is slow. */
import type { Locale } from '@strongroom/texts';
import { scriptUrl } from '../keys/script-url.ts';
import type { Strength, StrengthAnswer, StrengthQuestion } from './strength.ts';
import workerUrl from './worker/main.ts?worker&url';

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, (strength: Strength) => void>();

/** The strength of a password; `own` are words that a guesser would try first, such as the person's and the firm's names. */
export async function measureStrength(
  password: string,
  own: readonly string[],
  locale: Locale,
): Promise<Strength> {
  worker ??= startWorker();
  const id = ++count;
  const answer = new Promise<Strength>((resolve) => waiting.set(id, resolve));
  worker.postMessage({ id, password, own, locale } satisfies StrengthQuestion);
  return await answer;
}

function startWorker(): Worker {
  const started = new Worker(scriptUrl(workerUrl), { type: 'module', name: 'strength' });
  started.addEventListener('message', ({ data }: MessageEvent<StrengthAnswer>) => {
    waiting.get(data.id)?.(data.strength);
    waiting.delete(data.id);
  });
  return started;
}
