export { createNodeEngine } from './node-engine.ts';
export type { NodeEngine } from './node-engine.ts';
