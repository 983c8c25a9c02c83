/** Has a paper made in a worker that lives as long as the paper takes. */
import { DependencyError } from '@strongroom/core';
import { scriptUrl } from '../keys/script-url.ts';
import type { Paper, PaperAnswer } from './papers.ts';
import workerUrl from './worker/main.ts?worker&url';

/** The PDF of a paper. @throws DependencyError INTERNAL_ERROR if it could not be made */
export async function makePaper(paper: Paper): Promise<Blob> {
  const worker = new Worker(scriptUrl(workerUrl), { type: 'module', name: 'papers' });
  try {
    const answer = await new Promise<PaperAnswer>((resolve, reject) => {
      worker.addEventListener('message', (event: MessageEvent<PaperAnswer>) => resolve(event.data));
      worker.addEventListener('error', () => reject(new DependencyError('INTERNAL_ERROR')));
      worker.postMessage(paper);
    });
    if (!answer.ok) throw new DependencyError('INTERNAL_ERROR');
    return new Blob([answer.bytes], { type: 'application/pdf' });
  } finally {
    worker.terminate();
  }
}
