import { expect, test } from 'vitest';
import { viewerLimits } from './limits.ts';
import { readViewerMessage } from './messages.ts';

const picture = new Blob(['pixels']);

test('a picture counts within what is printed at once', () => {
  const message = { kind: 'picture', page: 2, of: viewerLimits.printPagesMax, picture };
  expect(readViewerMessage({ ...message, more: 'nothing' })).toEqual(message);
});

test.each([
  { page: 0, of: 3, picture },
  { page: 4, of: 3, picture },
  { page: 1, of: viewerLimits.printPagesMax + 1, picture },
  { page: 1, of: 3, picture: 'data:image/png' },
  { page: 1.5, of: 3, picture },
])('a picture that says otherwise is none', (message) => {
  expect(readViewerMessage({ kind: 'picture', ...message })).toBeUndefined();
});

test('what has no known kind is no message', () => {
  for (const data of [undefined, null, 'ready', {}, { kind: 'pictures' }, { kind: 'show' }])
    expect(readViewerMessage(data)).toBeUndefined();
});
