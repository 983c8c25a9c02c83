export { checkEntry, judge, judgeVerified } from './judge.ts';
export { personFingerprint } from './fingerprint.ts';
export { invitationLifeMsMax } from './rules-firm.ts';
export { bundlesKeptMax, bundleStepMax } from './rules-bundles.ts';
export { disputesPerPersonMax } from './rules-disputes.ts';
export { lonelyApprovalMs } from './rules-disposals.ts';
export { devicesMax, unlocksMax } from './rules-persons.ts';
export * from './signers.ts';
export * from './verdict.ts';
