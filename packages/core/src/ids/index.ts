export * from './client-code.ts';
export * from './ids.ts';
