export * from './dead-slot-proof.ts';
export * from './puncturable-tree.ts';
export type { PageChanges } from './tree-pages.ts';
export { pageSeedsMax } from './tree-pages.ts';
export type { TreeEngine } from './seed-steps.ts';
export type { ReadPage, StoredPage } from './unread-pages.ts';
export { pageBytesMax } from './tree-page-format.ts';
