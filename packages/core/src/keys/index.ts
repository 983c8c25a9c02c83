export * from './argon2-parameters.ts';
export * from './backup-boxes.ts';
export * from './boxes.ts';
export * from './derivations.ts';
export * from './fingerprint.ts';
export * from './invitation.ts';
export * from './key-kinds.ts';
export * from './kit.ts';
