export * from './endpoint.ts';
export { endpoints, type EndpointName } from './endpoints/index.ts';
export { finding, type Finding } from './endpoints/operate.ts';
export * from './limits.ts';
export * from './openapi.ts';
export * from './problem.ts';
export * from './wire/receipt.ts';
export * from './wire/scalars.ts';
export * from './web-bundle.ts';
