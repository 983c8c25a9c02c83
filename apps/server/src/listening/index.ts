/** Opening a port as the server does: for other processes of ours that people or machines call. Nothing else of the server comes along. */
export { systemClock } from '../clock.ts';
export type { Clock } from '../clock.ts';
export { admitCaller } from './callers.ts';
export type { Caller } from './callers.ts';
export { listen } from './listen.ts';
export type { Listener } from './listen.ts';
export { openTls } from './open-tls.ts';
export { planListening } from './reach.ts';
export type { ListenWishes, Listening, Reach } from './reach.ts';
export type { OwnAuthority, TlsKeeper } from './tls-keeper.ts';
export { addLink, prepareLinks, removeLink } from './warden-links.ts';
