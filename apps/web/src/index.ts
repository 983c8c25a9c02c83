export { bundleNumber } from './bundle-number.ts';
