/** Checking time stamps without a server: `strongroom ledger verify`. Nothing else of the server comes along. */
export type { Certificate } from './certificates.ts';
export { checkTimeStamp } from './check-time-stamp.ts';
export type { TimeStamp } from './check-time-stamp.ts';
export { parseAuthorities } from './read-authorities.ts';
export type { TimeStampRefusal } from './refuse.ts';
