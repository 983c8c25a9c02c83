export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export { serverFaultPoints } from './fault-points.ts';
export type { ServerFaultPoint } from './fault-points.ts';
export { inventoryRoutes } from './http/app.ts';
export type { Route } from './http/app.ts';
export { runServer } from './run-server.ts';
export { startServer } from './start.ts';
export type { RunningServer, ServerOptions } from './start.ts';
