export * from './bodies/index.ts';
export * from './entries/index.ts';
export * from './heads/index.ts';
export * from './judge/index.ts';
export * from './requests/index.ts';
export * from './state/index.ts';
