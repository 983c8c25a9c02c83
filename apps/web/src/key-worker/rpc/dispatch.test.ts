import { describe, expect, test } from 'vitest';
import { surface } from '../../keys/surface.ts';
import { listPaths } from '../../keys/surface.ts';
import { createDispatcher } from './dispatch.ts';

class Inherited {
  list(): string {
    return 'inherited';
  }
}

const small = {
  device: { clients: { list: 'read' }, inherited: { list: 'read' }, gone: { list: 'read' } },
} as const;
const called: unknown[] = [];
const target = {
  clients: { list: (...args: unknown[]) => called.push(args), secret: () => 'secret' },
  inherited: new Inherited(),
  secret: () => 'secret',
};
const dispatcher = createDispatcher(small, (area) => (area === 'device' ? target : undefined));

describe('calls from pages', () => {
  test('what is listed is called with its arguments', async () => {
    await dispatcher.call('device.clients.list', [{ vault: 'v' }]);
    expect(called).toEqual([[{ vault: 'v' }]]);
  });

  test.each([
    'device',
    'device.clients',
    'device.secret',
    'device.clients.secret',
    'device.clients.list.call',
    'device.clients.list.constructor',
    'device.clients.constructor',
    'device.clients.__proto__.list',
    'device.__proto__',
    '__proto__',
    'constructor',
    'constructor.constructor',
    'toString',
    'hasOwnProperty',
    'device.clients.list ',
    'DEVICE.CLIENTS.LIST',
    '',
    '.',
  ])('%j is not', async (path) => {
    await expect(dispatcher.call(path, [])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(dispatcher.effectOf(path)).toBeUndefined();
  });

  test.each([undefined, null, 1, {}, [], ['device.clients.list'], { toString: () => 'device.clients.list' }])(
    'a path that is no text is not: %j',
    async (path) => {
      await expect(dispatcher.call(path, [])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );

  test.each([undefined, null, 'x', {}, { length: 1 }, [1, 2, 3, 4, 5]])(
    'arguments that are none are refused: %j',
    async (args) => {
      await expect(dispatcher.call('device.clients.list', args)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    },
  );

  test('a listed name that an object only inherits, or that is not there, leads nowhere', async () => {
    await expect(dispatcher.call('device.inherited.list', [])).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    await expect(dispatcher.call('device.gone.list', [])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('the list opens nothing that ends a device, streams, or names keys', () => {
    const paths = [...listPaths(surface).keys()];
    expect(paths.length).toBeGreaterThan(70);
    for (const path of [
      'device.close',
      'device.endSession',
      'device.me',
      'device.records.open',
      'device.records.add',
      'device.ledger.exportTo',
    ])
      expect(paths).not.toContain(path);
  });
});
