/**
 * Runs in a module worker of the browser: the core's self-test, the vectors of core (the puncturable tree among them), ledger and
 * authority, and bytes from the other engine.
 */
import {
  assertEngineWorks,
  createWebEngine,
  decodeHex,
  encodeHex,
  encodeUtf8,
  hasNativeHpke,
  runCoreVectors,
} from '@strongroom/core';
import type { CoreVector } from '@strongroom/core';
import { runAuthorityVectors } from '../../../packages/authority/tests/vectors-run.ts';
import type { AuthorityVectors } from '../../../packages/authority/tests/vectors-run.ts';
import { runLedgerVectors } from '../../../packages/ledger/tests/vectors-run.ts';

export type VectorsTask = {
  readonly core: readonly CoreVector[];
  readonly authority: AuthorityVectors;
  /** An HPKE box and a signature that Node made. */
  readonly fromNode: {
    readonly seed: string;
    readonly sealed: string;
    readonly publicKey: string;
    readonly signature: string;
  };
};

export type VectorsReport = {
  readonly hasNativeHpke: boolean;
  readonly runs: readonly {
    readonly hpke: string;
    readonly passed: { readonly core: number; readonly ledger: number; readonly authority: number };
    readonly failures: readonly string[];
    readonly opened: string;
    readonly isVerified: boolean;
  }[];
  /** A box and a signature for Node to open and verify. */
  readonly sealed: string;
  readonly signature: string;
  readonly error?: string;
};

async function work(task: VectorsTask): Promise<VectorsReport> {
  const runs: VectorsReport['runs'][number][] = [];
  const seed = decodeHex(task.fromNode.seed);
  const context = { info: encodeUtf8('info'), aad: encodeUtf8('aad') };
  for (const hpke of hasNativeHpke() ? (['native', 'noble'] as const) : (['noble'] as const)) {
    const engine = createWebEngine({ hpke });
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    await assertEngineWorks(engine);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const core = await runCoreVectors(engine, task.core);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const ledger = await runLedgerVectors(engine);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const authority = await runAuthorityVectors(engine, task.authority);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const opened = await engine.hpkeOpen({ seed, ...context, sealed: decodeHex(task.fromNode.sealed) });
    const signature = decodeHex(task.fromNode.signature);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const isVerified = await engine.verifyEd25519(
      decodeHex(task.fromNode.publicKey),
      encodeUtf8('message'),
      signature,
    );
    runs.push({
      hpke,
      passed: {
        core: core.passed,
        ledger: ledger.checks - ledger.failures.length,
        authority: authority.passed,
      },
      failures: [...core.failures, ...ledger.failures, ...authority.failed],
      opened: encodeHex(opened),
      isVerified,
    });
  }
  const engine = createWebEngine();
  const publicKey = await engine.hpkePublicKey(seed);
  return {
    hasNativeHpke: hasNativeHpke(),
    runs,
    sealed: encodeHex(
      await engine.hpkeSeal({ publicKey, ...context, plaintext: encodeUtf8('from the browser') }),
    ),
    signature: encodeHex(await engine.signEd25519(seed, encodeUtf8('from the browser'))),
  };
}

// The part of a dedicated worker's scope that is used; the tests are checked without the browser's types.
type WorkerScope = {
  addEventListener(type: 'message', listen: (event: { readonly data: VectorsTask }) => void): void;
  postMessage(report: VectorsReport): void;
};
const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', (event) => {
  work(event.data).then(
    (report) => scope.postMessage(report),
    (error: unknown) =>
      scope.postMessage({ hasNativeHpke: false, runs: [], sealed: '', signature: '', error: String(error) }),
  );
});
