import { describe, expect, test } from 'vitest';
import type { WorkerMessage } from '../../keys/messages.ts';
import { Hub } from './hub.ts';
import type { PageLink } from './hub.ts';

interface Heard {
  readonly link: PageLink;
  readonly messages: WorkerMessage[];
}

function listen(): Heard {
  const messages: WorkerMessage[] = [];
  return { messages, link: { post: (message) => void messages.push(message) } };
}

function makeHub(call: (path: unknown, args: unknown) => Promise<unknown> = async () => 'value') {
  const calls: unknown[] = [];
  const counts: number[] = [];
  const releases = new Map<string, () => void>();
  const hub = new Hub({
    call: async (path, args) => {
      calls.push([path, args]);
      return await call(path, args);
    },
    greet: () => [],
    onPages: ({ count }) => void counts.push(count),
    waitForLock: async (name) => await new Promise((resolve) => releases.set(name, resolve)),
  });
  return { hub, calls, counts, releases };
}

describe('the pages of the worker', () => {
  test('answers go to who asked, events to all', async () => {
    const { hub } = makeHub();
    const [one, other] = [listen(), listen()];
    hub.receive(one.link, { kind: 'hello', page: 'one' });
    hub.receive(other.link, { kind: 'hello', page: 'other' });
    hub.receive(one.link, { kind: 'call', page: 'one', id: 7, path: 'x', args: [] });
    await Promise.resolve();
    await Promise.resolve();
    hub.emit({ event: 'replaced' });
    expect(one.messages.at(-2)).toEqual({ kind: 'answer', id: 7, value: 'value' });
    expect(other.messages.map(({ kind }) => kind)).toEqual(['ready', 'event']);
  });

  test.each([
    undefined,
    null,
    'call',
    [],
    {},
    { kind: 'call' },
    { kind: 'call', page: 'p', id: '1', path: 'x', args: [] },
    { kind: 'call', page: 'p', id: 0.5, path: 'x', args: [] },
    { kind: 'call', page: '', id: 1, path: 'x', args: [] },
    { kind: 'call', page: 'p'.repeat(65), id: 1, path: 'x', args: [] },
    { kind: 'constructor', page: 'p' },
    { kind: '__proto__', page: 'p' },
  ])('what is no message is let go: %j', (message) => {
    const { hub, calls } = makeHub();
    const { link, messages } = listen();
    hub.receive(link, message);
    expect([calls, messages]).toEqual([[], []]);
  });

  test('what is no error of ours crosses without its words', async () => {
    const { hub } = makeHub(async () => {
      throw new Error('the key is 0123');
    });
    const { link, messages } = listen();
    hub.receive(link, { kind: 'call', page: 'one', id: 1, path: 'x', args: [] });
    await Promise.resolve();
    await Promise.resolve();
    expect(messages).toEqual([{ kind: 'failure', id: 1, code: 'INTERNAL_ERROR', details: {} }]);
  });

  test('a page that is gone is forgotten', async () => {
    const { hub, counts, releases } = makeHub();
    hub.receive(listen().link, { kind: 'hello', page: 'one' });
    releases.get('one')?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(counts).toEqual([1, 0]);
  });
});
