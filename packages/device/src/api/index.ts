export { createApi } from './api.ts';
export type { Api, CallOptions, InputOf, OutputOf } from './api.ts';
