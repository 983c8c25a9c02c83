export * from './chain.ts';
export * from './entry.ts';
export * from './items-hash.ts';
export * from './sign-body.ts';
