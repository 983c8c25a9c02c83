/** Time stamps as somebody at the command line meets them: how far, what is wrong, taken away, checked. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import { expect, test } from 'vitest';
import { foundFirm, password, run } from '../cli/command-line.ts';
import { send, StampKit, StampServer, whyNoAuthority } from './authority.ts';

const title = `the commands say how far ledgers are stamped, and take the stamps away${whyNoAuthority}`;

test.skipIf(whyNoAuthority !== '')(title, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sr-stamps-cli-'));
  const home = join(folder, 'server');
  const kit = new StampKit();
  const authority = await StampServer.start((question, response) => send(response, kit.answer(question)));
  mkdirSync(home, { mode: 0o700 });
  const timeStamps = { url: authority.url, authorities: 'authorities.pem', everyHours: 1 };
  writeFileSync(join(home, 'config.json'), JSON.stringify({ timeStamps }));
  writeFileSync(join(home, 'authorities.pem'), kit.authorities);
  const server = await startServer({ home, port: 0 });
  const anna = { folder, home: 'anna' };
  const say = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await run(anna, words, { '--password-fd': password });
    expect(code, err).toBe(0);
    return out;
  };
  try {
    await foundFirm(anna, server);
    expect(await say('ledger', 'witnesses')).not.toContain('time stamp');
    await server.jobs.runAll();
    const said = await say('ledger', 'witnesses');
    expect(said).toMatch(/the firm’s ledger: time stamp up to line \d+, /u);
    expect(said).toMatch(/Spory: time stamp up to line \d+, /u);
    await say('ledger', 'export', 'taken');
    const files = readdirSync(join(folder, 'taken', 'office', 'time-stamps')).sort();
    expect(files.map((name) => name.replace(/^\d+/u, ''))).toEqual(['.checkpoint', '.tsr']);
    const checked = await say(
      'ledger',
      'verify',
      'taken',
      '--time-stamp-authorities',
      'server/authorities.pem',
    );
    expect(checked).toMatch(/office: lines up to \d+ existed by .+, by a trusted time-stamp authority\./u);
  } finally {
    await server.close();
    await authority.close();
    kit.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
