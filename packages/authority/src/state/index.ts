export * from './moment.ts';
export * from './office-queries.ts';
export * from './office-state.ts';
export * from './room-queries.ts';
export * from './state-codec.ts';
export * from './vault-state.ts';
