export * from './base32.ts';
export * from './base64.ts';
export * from './base64url.ts';
export * from './bytes.ts';
export * from './hex.ts';
export * from './integers.ts';
export * from './utf8.ts';
