export { createNodeEngine } from './node-engine.ts';
export type { NodeEngine } from './node-engine.ts';
export { createSegmentThreads } from './segment-threads.ts';
export type { SegmentThreads } from './segment-threads.ts';
