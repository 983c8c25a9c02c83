export { createApi } from './api.ts';
export type { Api, InputOf, OutputOf } from './api.ts';
