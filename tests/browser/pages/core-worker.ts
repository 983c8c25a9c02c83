/** Runs in a module worker of the browser: the core's self-test, its own vectors, and bytes from the other engine. */
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

export type CoreWorkerTask = {
  readonly vectors: readonly CoreVector[];
  /** An HPKE box and a signature that Node made. */
  readonly fromNode: {
    readonly seed: string;
    readonly sealed: string;
    readonly publicKey: string;
    readonly signature: string;
  };
};

export type CoreWorkerReport = {
  readonly hasNativeHpke: boolean;
  readonly runs: readonly {
    readonly hpke: string;
    readonly passed: number;
    readonly failures: readonly string[];
    readonly opened: string;
    readonly isVerified: boolean;
  }[];
  /** A box and a signature for Node to open and verify. */
  readonly sealed: string;
  readonly signature: string;
  readonly error?: string;
};

async function work(task: CoreWorkerTask): Promise<CoreWorkerReport> {
  const runs: CoreWorkerReport['runs'][number][] = [];
  const seed = decodeHex(task.fromNode.seed);
  const context = { info: encodeUtf8('info'), aad: encodeUtf8('aad') };
  for (const hpke of hasNativeHpke() ? (['native', 'noble'] as const) : (['noble'] as const)) {
    const engine = createWebEngine({ hpke });
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    await assertEngineWorks(engine);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const counts = await runCoreVectors(engine, task.vectors);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const opened = await engine.hpkeOpen({ seed, ...context, sealed: decodeHex(task.fromNode.sealed) });
    const signature = decodeHex(task.fromNode.signature);
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const isVerified = await engine.verifyEd25519(
      decodeHex(task.fromNode.publicKey),
      encodeUtf8('message'),
      signature,
    );
    runs.push({ hpke, ...counts, opened: encodeHex(opened), isVerified });
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
  addEventListener(type: 'message', listen: (event: { readonly data: CoreWorkerTask }) => void): void;
  postMessage(report: CoreWorkerReport): void;
};
const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', (event) => {
  work(event.data).then(
    (report) => scope.postMessage(report),
    (error: unknown) =>
      scope.postMessage({ hasNativeHpke: false, runs: [], sealed: '', signature: '', error: String(error) }),
  );
});
