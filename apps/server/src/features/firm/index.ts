import type { HandlersOf } from '../../handler.ts';
import { createFirm, prepareFirm } from './create-firm.ts';
import { getFirm, getHealth } from './get-firm.ts';

export { isFirstRunCode, makeFirstRunCode } from './first-run-code.ts';
export const firmHandlers: HandlersOf<'getHealth' | 'getFirm' | 'prepareFirm' | 'createFirm'> = {
  getHealth,
  getFirm,
  prepareFirm,
  createFirm,
};
