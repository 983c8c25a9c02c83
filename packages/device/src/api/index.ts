export { createApi } from './api.ts';
export type { Api, OutputOf } from './api.ts';
