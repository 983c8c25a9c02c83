/** What a firm of one hands out after destroying a document: a receipt, a certificate, both ledgers. From the real server and warden. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';

const hourMs = 3_600_000;

/** Files by path, as a person would have them. */
export interface FirmEvidence {
  readonly world: FirmWorld;
  readonly vault: VaultId;
  readonly root: string;
  /** Trust file of the vault's ledger. */
  readonly policy: string;
  /** The line of an opening, with its index. */
  readonly receipt: { readonly proof: string; readonly entry: Uint8Array; readonly index: number };
  readonly certificate: string;
  readonly certificateProof: string;
  /** `office/...` and `<vault>/...`. */
  readonly exported: ReadonlyMap<string, Uint8Array>;
  /** A home with the databases as they were then, which no server uses. */
  readonly home: string;
}

/**
 * Takes seconds: a server starts, and 104 hours pass for it. The caller closes the world.
 * @param around what is done to the home before the server opens it, and when nothing is left to do but to destroy
 */
export async function makeFirmEvidence(
  around: {
    readonly prepare?: (home: string) => Promise<void>;
    readonly beforeDestroying?: () => Promise<void>;
  } = {},
): Promise<FirmEvidence> {
  const world = await FirmWorld.start(around.prepare);
  const ada = await world.foundFirm();
  const { vault } = await ada.device.vaults.add({ name: 'Group A' });
  const { room } = await ada.device.clients.add({ vault, name: 'Oran Holdings', class: 1 });
  const { record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900, 1)) });
  const opened = await ada.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  const { disposal } = await ada.device.disposals.propose({ records: [record] });
  await world.advance(24 * hourMs);
  await ada.reopen();
  await ada.device.disposals.approve({ disposal });
  await around.beforeDestroying?.();
  await world.advance(80 * hourMs);
  await ada.reopen();
  for (let tries = 0; (await ada.device.disposals.list({ room }))[0]?.state !== 'destroyed'; tries++) {
    if (tries === 500) throw new Error('the warden did not destroy');
    await sleep(200);
  }
  const certificate = await ada.device.disposals.certificate({ disposal });
  const { index } = opened.line;
  const { proof, entry } = await ada.device.ledger.receipt({ ledger: vault, index });
  const exported = new Map<string, Uint8Array>();
  for (const ledger of [officeId, vault]) {
    const folder = ledger === officeId ? 'office' : ledger;
    await ada.device.ledger.exportTo({
      ledger,
      write: async (path, bytes) => void exported.set(`${folder}/${path}`, bytes),
    });
  }
  return {
    world,
    vault,
    root: (await ada.device.firm.describe()).root,
    policy: await ada.device.ledger.policy(vault),
    receipt: { proof, entry, index },
    certificate: certificate.json,
    certificateProof: certificate.tlogProof,
    exported,
    home: copyDatabases(world.home, vault),
  };
}

function copyDatabases(home: string, vault: VaultId): string {
  const copy = mkdtempSync(join(tmpdir(), 'sr-still-'));
  for (const path of ['office/office.sqlite', `vaults/${vault}/vault.sqlite`]) {
    mkdirSync(dirname(join(copy, 'data', path)), { recursive: true });
    const database = new DatabaseSync(join(home, 'data', path), { readOnly: true });
    database.prepare('vacuum into ?').run(join(copy, 'data', path));
    database.close();
  }
  return copy;
}
