/**
 * The inside of the worker that all tabs of a profile share, through the browser's own line for debuggers: pages do not reach it, and the
 * test runner does not either. For looking at it (what the policy stopped there) and for moving its clock. While it is reached no page may
 * be loaded anew: a worker that begins again under a debugger waits for it.
 */
import type { CDPSession, Page } from '@playwright/test';

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string };
  };
}

export class WorkerScope {
  /** What was wrong in it since it began, as far as the browser keeps it: entries of its log, and errors that nothing caught. */
  readonly faults: string[] = [];
  readonly #session: CDPSession;
  readonly #id: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #count = 0;

  private constructor(session: CDPSession, id: string) {
    this.#session = session;
    this.#id = id;
    session.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId !== id) return;
      const answer = JSON.parse(message) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
      else if (answer.method === 'Log.entryAdded' || answer.method === 'Runtime.exceptionThrown')
        this.faults.push(JSON.stringify(answer.params));
    });
  }

  /** The worker of the page's profile. @throws Error if it has none */
  static async reach(page: Page): Promise<WorkerScope> {
    const browser = page.context().browser();
    if (browser === null) throw new Error('the profile has no browser');
    const own = await page.context().newCDPSession(page);
    const { targetInfo } = await own.send('Target.getTargetInfo');
    await own.detach();
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
    const worker = targetInfos.find(
      ({ browserContextId }) => browserContextId === targetInfo.browserContextId,
    );
    if (worker === undefined) throw new Error('the profile has no shared worker');
    const { targetId } = worker;
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    const scope = new WorkerScope(session, sessionId);
    await scope.#send('Log.enable', {});
    await scope.#send('Runtime.enable', {});
    return scope;
  }

  /** The value of an expression in there, waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (result?.exceptionDetails !== undefined) throw new Error(result.exceptionDetails.text);
    return result?.result?.value;
  }

  /** Time passes for the worker: its clock jumps, its timers do not. */
  async advance(ms: number): Promise<void> {
    await this.evaluate(`(() => {
      const before = Date.now;
      Date.now = () => before() + ${String(ms)};
    })()`);
  }

  async close(): Promise<void> {
    await this.#session.send('Target.detachFromTarget', { sessionId: this.#id });
    await this.#session.detach();
  }

  async #send(method: string, params: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.#count += 1;
    const id = this.#count;
    const answered = new Promise<Answer>((settle) => this.#waiting.set(id, settle));
    const message = JSON.stringify({ id, method, params });
    await this.#session.send('Target.sendMessageToTarget', { sessionId: this.#id, message });
    const answer = await answered;
    this.#waiting.delete(id);
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }
}
