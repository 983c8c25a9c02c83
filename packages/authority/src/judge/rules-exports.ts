/** The rule of statements about lists that have names (docs/spec/statements.md section 4). */
import { signerHas } from './context.ts';
import type { Rules } from './context.ts';

/** Rules about exports. */
export const exportRules: Rules<'names.exported'> = {
  'names.exported': {
    check(context, body) {
      if (!signerHas(context, 'namer')) return 'VOID_RIGHT';
      if (body.fromMs >= body.toMs) return 'VOID_FORM';
      return body.vault === body.l || context.office.vaults.has(body.vault) ? undefined : 'VOID_STATE';
    },
  },
};
