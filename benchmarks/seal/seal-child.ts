/**
 * One way of sealing in a process of its own, so that its peak memory is its own. It answers each message
 * `{action, from, to, sizeBytes}` with the milliseconds and the processor time that it took.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createSegmentRunner } from '@strongroom/core';
import type { SegmentPool } from '@strongroom/core';
import { createNodeEngine, createSegmentThreads } from '@strongroom/core/node';
import { openFile, sealFile } from './seal-file.ts';

export type Way = 'one-thread' | 'two-threads' | 'one-thread-leaves' | 'two-threads-leaves' | 'one-shot';

export interface SealOrder {
  readonly action: 'seal' | 'open';
  readonly from: string;
  readonly to: string;
}

export interface SealReport {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

const way = process.argv[2] as Way;
const engine = createNodeEngine();
const fileKey = { key: engine.randomBytes(32), aad: engine.randomBytes(32) };
const hasLeaves = way.endsWith('leaves');
const pool: SegmentPool = way.startsWith('two')
  ? createSegmentThreads({ threads: 2, alone: 0 })
  : { width: 1, run: createSegmentRunner(engine).run };
let leaves: readonly Uint8Array[] = [];

async function runOrder({ action, from, to }: SealOrder): Promise<void> {
  const sizeBytes = statSync(from).size;
  if (way === 'one-shot') {
    if (action === 'seal') sealAtOnce(from, to);
    else openAtOnce(from, to);
  } else if (action === 'seal') {
    leaves = await sealFile(engine, pool, { ...fileKey, from, to, sizeBytes, hasLeaves });
  } else {
    await openFile(pool, { ...fileKey, from, to, storedSizeBytes: sizeBytes, ...(hasLeaves && { leaves }) });
  }
}

function sealAtOnce(from: string, to: string): void {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', fileKey.key, nonce);
  const ciphertext = cipher.update(readFileSync(from));
  cipher.final();
  writeFileSync(to, ciphertext, { flag: 'wx' });
  writeFileSync(`${to}.seal`, Buffer.concat([nonce, cipher.getAuthTag()]));
}

function openAtOnce(from: string, to: string): void {
  const seal = readFileSync(`${from}.seal`);
  const decipher = createDecipheriv('aes-256-gcm', fileKey.key, seal.subarray(0, 12));
  decipher.setAuthTag(seal.subarray(12));
  const plaintext = decipher.update(readFileSync(from));
  decipher.final();
  writeFileSync(to, plaintext, { flag: 'wx' });
}

process.on('message', (order: SealOrder) => {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  void runOrder(order).then(() => {
    const cpu = process.cpuUsage(cpuBefore);
    const report: SealReport = {
      ms: performance.now() - startedAt,
      cpuMs: (cpu.user + cpu.system) / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
    process.send?.(report);
  });
});
