import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const main = new URL('../../apps/cli/src/main.ts', import.meta.url).pathname;

test('a reader that has seen enough ends the command quietly', async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(said).toBe('');
  expect(code).toBe(0);
});
