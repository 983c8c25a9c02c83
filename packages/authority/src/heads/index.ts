export * from './heads.ts';
