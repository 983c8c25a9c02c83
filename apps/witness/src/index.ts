/** A witness: it cosigns the heads of logs that grow. Spec: docs/spec/witness.md. */
export { initWitness, openWitnessHome } from './home.ts';
export type { WitnessHome } from './home.ts';
export type { HeadStore, TrustedLog } from './head-store.ts';
export { readLedger } from './read-ledger.ts';
export type { ReadLedger } from './read-ledger.ts';
export { startWitness, witnessPortDefault } from './start.ts';
export type { RunningWitness, WitnessOptions } from './start.ts';
export { trustLog } from './witness.ts';
export { witnessFaultPoints } from './witness-fault-points.ts';
export type { WitnessFaultPoint } from './witness-fault-points.ts';
