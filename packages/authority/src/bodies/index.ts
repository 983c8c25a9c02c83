export type * from './body.ts';
export type * from './body-parts.ts';
export type * from './line-bodies.ts';
export type * from './office-bodies.ts';
export type * from './room-bodies.ts';
export { bodyFieldTable, bodyKinds, decodeBody, encodeBody, isBodyKind } from './body-codec.ts';
export { statementTable } from './statement-table.ts';
export type * from './statement-table.ts';
