/** All that a page of an origin can read of what its browser keeps: read from inside, so that what the browser compresses on its disk is seen too. */
import type { BrowserContext, Page } from '@playwright/test';

/** One thing that is kept, and its bytes. */
export interface KeptItem {
  readonly place: string;
  readonly bytes: Buffer;
}

/** Reads IndexedDB, the origin's private files, caches, both storages, and the state that the history keeps. */
export async function readStores(page: Page): Promise<KeptItem[]> {
  const items = await page.evaluate(async () => {
    const found: (readonly [place: string, base64: string])[] = [];
    const toBase64 = (bytes: Uint8Array): string => {
      let text = '';
      for (let start = 0; start < bytes.length; start += 32_768)
        text += String.fromCharCode(...bytes.subarray(start, start + 32_768));
      return btoa(text);
    };
    /** Strings as UTF-8, bytes as they are, whatever they lie in. */
    const add = (place: string, value: unknown): void => {
      if (value === null || value === undefined) return;
      if (value instanceof ArrayBuffer) found.push([place, toBase64(new Uint8Array(value))]);
      else if (ArrayBuffer.isView(value))
        found.push([place, toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))]);
      else if (value instanceof Map)
        for (const [key, each] of value) {
          add(place, key);
          add(place, each);
        }
      else if (value instanceof Set || Array.isArray(value)) for (const each of value) add(place, each);
      else if (typeof value === 'object')
        for (const [key, each] of Object.entries(value)) {
          add(place, key);
          add(place, each);
        }
      else if (typeof value === 'string') found.push([place, toBase64(new TextEncoder().encode(value))]);
      else found.push([place, toBase64(new TextEncoder().encode(JSON.stringify(value) ?? ''))]);
    };
    const done = async <T>(request: IDBRequest<T>): Promise<T> =>
      await new Promise((settle, fail) => {
        request.addEventListener('success', () => settle(request.result));
        request.addEventListener('error', () => fail(request.error ?? new Error('IndexedDB')));
      });
    for (const { name = '' } of await indexedDB.databases()) {
      add('name of a database', name);
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const place = `IndexedDB ${name} ${store}`;
        add(place, store);
        add(place, await done(objects.getAllKeys()));
        add(place, await done(objects.getAll()));
      }
      database.close();
    }
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        add('name of a private file', name);
        if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
        else {
          const file = await handle.getFile();
          // A file that a worker holds open cannot be read beside it; it is looked for on the disk.
          const bytes = await file.arrayBuffer().catch(() => undefined);
          add(`private file ${path}${name}`, bytes);
        }
      }
    };
    await walk(await navigator.storage.getDirectory(), '/');
    for (const name of await caches.keys()) {
      add('name of a cache', name);
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        add(`cache ${name}`, request.url);
        add(`cache ${name}`, await (await cache.match(request))?.arrayBuffer());
      }
    }
    add('local storage', Object.entries(localStorage));
    add('session storage', Object.entries(sessionStorage));
    add(
      'cookies',
      (await cookieStore.getAll()).map(({ name, value }) => [name, value]),
    );
    add('state of the history', JSON.stringify(history.state));
    add('name of the window', window.name);
    return found;
  });
  return items.map(([place, base64]) => ({ place, bytes: Buffer.from(base64, 'base64') }));
}

/** Keeps what pages and workers of a profile ask for, where they go and what they say. */
export class Witness {
  readonly addresses: string[] = [];
  readonly said: string[] = [];

  constructor(context: BrowserContext) {
    context.on('request', (request) => this.addresses.push(request.url()));
    context.on('console', (message) => this.said.push(message.text()));
    context.on('weberror', (error) => this.said.push(String(error.error().stack)));
    context.on('page', (page) => {
      page.on('framenavigated', (frame) => this.addresses.push(frame.url()));
    });
  }
}
