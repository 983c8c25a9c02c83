export * from './body.ts';
export * from './card.ts';
export * from './content-keys.ts';
export * from './segment-task.ts';
export * from './segment-tree.ts';
export * from './wraps.ts';
