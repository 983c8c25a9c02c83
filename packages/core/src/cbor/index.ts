export * from './cbor.ts';
export * from './cbor-value.ts';
