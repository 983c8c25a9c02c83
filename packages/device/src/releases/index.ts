export { rejectRelease, requestRelease } from './request-release.ts';
export type { Ask, Asker, Release } from './request-release.ts';
