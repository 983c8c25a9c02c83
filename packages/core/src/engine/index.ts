export type * from './engine.ts';
export { engineSizes } from './engine.ts';
export { createSignatureEngine } from './signature-engine.ts';
export type { SignatureEngine } from './signature-engine.ts';
export { createWebEngine } from './web-engine.ts';
export type { WebEngineOptions } from './web-engine.ts';
export { assertEngineWorks } from './self-test.ts';
export { hasNativeHpke } from './hpke-native.ts';
