export * from './positions.ts';
export * from './record-context.ts';
export * from './record-header.ts';
export * from './suite.ts';
export * from './wrap-context.ts';
