export * from './assert.ts';
export * from './error-codes.ts';
export * from './errors.ts';
