import { expect, test } from 'vitest';
import { assertOwnScript } from './script-url.ts';

const origin = 'https://strongroom.example';

test('scripts of this app, by path and by whole address', () => {
  expect(assertOwnScript('/assets/main-1a2b.js', origin, false)).toBe(`${origin}/assets/main-1a2b.js`);
  expect(assertOwnScript(`${origin}/assets/main.js`, origin, false)).toBe(`${origin}/assets/main.js`);
});

test.each([
  'https://elsewhere.example/assets/x.js',
  '//elsewhere.example/assets/x.js',
  '/v1/firm',
  '/assets/../v1/firm',
  '/src/main.ts',
  'data:text/javascript,alert(1)',
  'blob:https://strongroom.example/0',
  'javascript:alert(1)',
  'http://strongroom.example/assets/x.js',
])('%s is none', (url) => {
  expect(() => assertOwnScript(url, origin, false)).toThrow(TypeError);
});

test('sources are scripts in development alone', () => {
  expect(assertOwnScript('/src/key-worker/main.ts?worker_file', origin, true)).toContain('/src/');
  expect(() => assertOwnScript('/v1/firm', origin, true)).toThrow(TypeError);
});
