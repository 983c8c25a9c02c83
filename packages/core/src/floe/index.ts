export * from './floe-layout.ts';
export * from './floe-parameters.ts';
export * from './floe.ts';
export * from './padme.ts';
