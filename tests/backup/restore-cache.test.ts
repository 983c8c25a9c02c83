/** What a device kept for the day under a key that the restored databases do not have: it is dropped, and nobody is refused for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry } from '@strongroom/authority';
import { makeBackup, restoreBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { expect, test } from 'vitest';
import { FirmOfThree } from './kit/firm-of-three.ts';
import { readLedger } from './kit/forge-ledger.ts';

const dayMs = 86_400_000;

test('a list that was kept since the backup is asked for anew, and no line says that somebody was refused', async () => {
  const engine = createNodeEngine();
  const { signal } = new AbortController();
  const target = mkdtempSync(join(tmpdir(), 'sr-restore-cache-'));
  const firm = await FirmOfThree.start();
  const { world, ada, room, vault } = firm;
  const { home } = world;
  try {
    await makeBackup({ engine, home, target, nowMs: firm.nowMs(), signal });
    expect(await ada.device.records.list({ room })).toHaveLength(3);
    await world.server.close();
    rmSync(join(home, 'data'), { recursive: true });
    await restoreBackup({ engine, home, target, kit: ada.kit, nowMs: firm.nowMs(), signal });
    await firm.restart();
    await world.advance(dayMs + 3_600_000);
    await ada.reopen();
    expect(await ada.device.records.list({ room })).toHaveLength(3);
    const entries = readLedger(join(home, 'data', 'vaults', vault, 'vault.sqlite'));
    expect(entries.map((entry) => decodeEntry(entry).body.k)).not.toContain('refused');
  } finally {
    await world.close();
    rmSync(target, { recursive: true, force: true });
  }
});
