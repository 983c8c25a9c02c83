/** A few workers in which passwords are proved, so that several people come in at once. See start-worker.ts. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StartAnswer, Started, StartOrder } from './start-worker.ts';

const workersMax = 4;

interface Waiting {
  readonly order: StartOrder;
  readonly resolve: (started: Started) => void;
  readonly reject: (cause: Error) => void;
}

/** The workers, each with one order at a time. */
export class Starts {
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #queue: Waiting[] = [];
  readonly #underWay = new Map<Worker, Waiting>();
  #isClosed = false;

  constructor() {
    for (let number = 0; number < Math.min(workersMax, availableParallelism()); number++) this.#addWorker();
  }

  /** Has somebody prove a password. @throws Error with what the device package said */
  async run(order: StartOrder): Promise<Started> {
    if (this.#isClosed) throw new Error('the demo is stopped');
    return await new Promise((resolve, reject) => {
      this.#queue.push({ order, resolve, reject });
      this.#next();
    });
  }

  /** Ends the workers; what is under way fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of [...this.#queue.splice(0), ...this.#underWay.values()])
      reject(new Error('the demo is stopped'));
    this.#underWay.clear();
    await Promise.all([...this.#workers].map(async (worker) => await worker.terminate()));
  }

  #addWorker(): void {
    const worker = new Worker(new URL('start-worker.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#workers.add(worker);
    this.#idle.push(worker);
    worker.on('message', (answer: StartAnswer) => {
      const done = this.#underWay.get(worker);
      this.#underWay.delete(worker);
      this.#idle.push(worker);
      this.#next();
      if ('started' in answer) done?.resolve(answer.started);
      else done?.reject(new Error(answer.failed));
    });
    worker.on('error', (cause) => {
      this.#workers.delete(worker);
      this.#underWay.get(worker)?.reject(cause instanceof Error ? cause : new Error(String(cause)));
      this.#underWay.delete(worker);
    });
  }

  #next(): void {
    const worker = this.#queue.length > 0 ? this.#idle.pop() : undefined;
    const waiting = worker === undefined ? undefined : this.#queue.shift();
    if (worker === undefined || waiting === undefined) return;
    this.#underWay.set(worker, waiting);
    worker.postMessage(waiting.order);
  }
}
