/** The rule of statements about how long the words of lines are kept (docs/spec/statements.md section 4). */
import { beginHere, signerHas } from './context.ts';
import type { Rules } from './context.ts';

/** Rules about retention. */
export const retentionRules: Rules<'retention.set'> = {
  'retention.set': {
    check(context, body) {
      if (!signerHas(context, 'officer', 'owner')) return 'VOID_RIGHT';
      return context.office.retention?.years === body.years ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      context.office.retention = { years: body.years, ...beginHere(context) };
    },
  },
};
