export * from './key-kinds.ts';
