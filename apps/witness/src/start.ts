/** Builds a running witness out of its parts, and takes it apart again. */
import { createNodeEngine } from '@strongroom/core/node';
import { createIdleFaultPoints } from '@strongroom/warden';
import type { FaultPoints } from '@strongroom/warden';
import { listen, openTls, planListening, systemClock } from '@strongroom/server/listening';
import type { Clock, ListenWishes, OwnAuthority } from '@strongroom/server/listening';
import { openWitnessHome } from './home.ts';
import { createListener } from './http.ts';
import { createWitnessLog } from './log.ts';
import { createRate } from './rate.ts';
import { Witness } from './witness.ts';
import type { WitnessFaultPoint } from './witness-fault-points.ts';

/** How a witness is started. */
export type WitnessOptions = {
  readonly home: string;
  readonly listening: ListenWishes;
  readonly clock?: Clock;
  readonly faults?: FaultPoints<WitnessFaultPoint>;
  /** Gets each log line; absent: nothing is logged. */
  readonly onLog?: (line: string) => void;
};

/** A running witness. */
export interface RunningWitness {
  /** The submission prefix that logs are told; behind a proxy the proxy's. */
  readonly url: string;
  readonly port: number;
  readonly vkey: string;
  /** How many logs it trusts. */
  readonly logs: number;
  /** Where it has a certificate authority of its own: what logs have to trust. */
  readonly authority: OwnAuthority | undefined;
  close(): Promise<void>;
}

/** The port of a witness where nothing is said. */
export const witnessPortDefault = 8485;

/**
 * Starts a witness: on loopback, or beyond it with TLS.
 * @throws what openWitnessHome, planListening, openTls and listen throw
 */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { home } = options;
  const clock = options.clock ?? systemClock;
  const log = createWitnessLog(clock, options.onLog ?? (() => undefined));
  const listening = planListening({ port: witnessPortDefault, ...options.listening });
  const engine = createNodeEngine();
  const { signer, heads } = await openWitnessHome(engine, home, 'run');
  try {
    const { reach } = listening;
    const tls = openTls({ reach, home, clock, randomBytes: (length) => engine.randomBytes(length) });
    const witness = new Witness({
      engine,
      signer,
      heads,
      nowMs: () => clock.nowMs(),
      log,
      faults: options.faults ?? createIdleFaultPoints<WitnessFaultPoint>(),
    });
    const rate = createRate(() => clock.monotonicMs());
    const answer = createListener({ witness, reach, rate, log });
    const listener = await listen({ listening, tls, answer, clock, log });
    let closed: Promise<void> | undefined;
    log.write('witness.started', { port: listener.port });
    return {
      url: listener.url,
      port: listener.port,
      vkey: witness.vkey,
      logs: heads.list().length,
      authority: tls?.authority,
      close: () => {
        closed ??= listener.close().then(() => heads.close());
        return closed;
      },
    };
  } catch (cause) {
    heads.close();
    throw cause;
  }
}
