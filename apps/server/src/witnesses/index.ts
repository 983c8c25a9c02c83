export { quorumRow } from './cosigned-rows.ts';
export type { CosignedHead } from './cosigned-rows.ts';
export { lateMs } from './ledger-witnessing.ts';
export type { WitnessingReport, WitnessReport, WitnessState } from './ledger-witnessing.ts';
export { readWitnessPolicy } from './witness-policy.ts';
export type { WitnessPolicy } from './witness-policy.ts';
export { createWitnesses } from './witnesses.ts';
export type { Witnesses } from './witnesses.ts';
