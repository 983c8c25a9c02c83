import type { HandlersOf } from '../../handler.ts';
import { createFirm, prepareFirm } from './create-firm.ts';
import { getFirm, getHealth } from './get-firm.ts';
import { getHome } from './home-page.ts';

export { isFirstRunCode, makeFirstRunCode } from './first-run-code.ts';
export const firmHandlers: HandlersOf<'getHome' | 'getHealth' | 'getFirm' | 'prepareFirm' | 'createFirm'> = {
  getHome,
  getHealth,
  getFirm,
  prepareFirm,
  createFirm,
};
