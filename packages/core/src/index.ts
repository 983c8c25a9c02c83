export * from './bytes/index.ts';
export * from './cbor/index.ts';
export * from './engine/index.ts';
export * from './errors/index.ts';
export * from './ids/index.ts';
