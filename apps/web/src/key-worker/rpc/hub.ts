/**
 * The pages of this worker. Each says hello and holds a Web Lock of its name for as long as it lives, so that a page that is gone is
 * noticed however it went. Everybody hears events; answers go to who asked.
 */
import { encodeFailure } from '../../keys/messages.ts';
import type { PageMessage, WorkerMessage } from '../../keys/messages.ts';
import type { KeysEvent } from '../../keys/contract.ts';

/** A way to one page. */
export interface PageLink {
  post(message: WorkerMessage, transfer?: readonly Transferable[]): void;
}

/** What the hub asks of the worker. */
export interface HubHost {
  call(path: unknown, args: unknown): Promise<unknown>;
  /** What a page that has just come must know. */
  greet(): readonly KeysEvent[];
  /** How many pages there are, and whether one is seen. */
  onPages(pages: { readonly count: number; readonly isAnyVisible: boolean }): void;
  /** Resolves when the lock of that name is free: its holder is gone. */
  waitForLock(name: string): Promise<void>;
}

const pageNameMax = 64;

interface Page {
  readonly link: PageLink;
  isVisible: boolean;
}

export class Hub {
  readonly #host: HubHost;
  readonly #pages = new Map<string, Page>();

  constructor(host: HubHost) {
    this.#host = host;
  }

  /** Takes a message of a page; what is none is let go without a word. */
  receive(link: PageLink, message: unknown): void {
    if (!isPageMessage(message)) return;
    switch (message.kind) {
      case 'hello':
        this.#welcome(link, message.page);
        return;
      case 'visible': {
        const page = this.#pages.get(message.page);
        if (page === undefined) return;
        page.isVisible = message.isVisible;
        this.#tellPages();
        return;
      }
      case 'call':
        void this.#answer(link, message);
    }
  }

  emit(event: KeysEvent): void {
    for (const { link } of this.#pages.values()) link.post({ kind: 'event', event });
  }

  #welcome(link: PageLink, name: string): void {
    const isNew = !this.#pages.has(name);
    this.#pages.set(name, { link, isVisible: true });
    link.post({ kind: 'ready' });
    for (const event of this.#host.greet()) link.post({ kind: 'event', event });
    if (isNew) void this.#forgetWhenGone(name);
    this.#tellPages();
  }

  async #forgetWhenGone(name: string): Promise<void> {
    await this.#host.waitForLock(name);
    this.#pages.delete(name);
    this.#tellPages();
  }

  #tellPages(): void {
    const pages = [...this.#pages.values()];
    this.#host.onPages({ count: pages.length, isAnyVisible: pages.some(({ isVisible }) => isVisible) });
  }

  async #answer(link: PageLink, { id, path, args }: Extract<PageMessage, { kind: 'call' }>): Promise<void> {
    try {
      const value = await this.#host.call(path, args);
      link.post({ kind: 'answer', id, value });
    } catch (cause) {
      link.post({ kind: 'failure', id, ...encodeFailure(cause) });
    }
  }
}

function isPageMessage(value: unknown): value is PageMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, page, id } = value as Readonly<Record<string, unknown>>;
  if (typeof page !== 'string' || page === '' || page.length > pageNameMax) return false;
  if (kind === 'call') return Number.isSafeInteger(id);
  return kind === 'hello' || kind === 'visible';
}
