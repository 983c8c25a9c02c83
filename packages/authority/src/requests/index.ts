export * from './request.ts';
export * from './request-codec.ts';
