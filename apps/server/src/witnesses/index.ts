export type { CosignedHead } from './cosigned-rows.ts';
export { createPolicySource, readWitnessPolicy } from './witness-policy.ts';
export { createWitnesses } from './witnesses.ts';
export type { Witnesses } from './witnesses.ts';
