export * from './request.ts';
export * from './request-codec.ts';
export * from './request-rooms.ts';
