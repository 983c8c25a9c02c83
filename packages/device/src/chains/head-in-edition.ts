import type { Vault } from '@strongroom/authority';
import type { LedgerHead } from './ledger-anchor.ts';

/**
 * The head of a vault that is to be grown from. One of an earlier edition holds as far as every restore since kept the ledger; from
 * there on it is the statement that says how it goes on.
 */
export function headInEdition(
  head: LedgerHead | undefined,
  { edition, restores = [] }: Pick<Vault, 'edition' | 'restores'>,
): LedgerHead | undefined {
  if (head === undefined || head.edition === edition) return head;
  const since = restores.filter((restore) => restore.edition > head.edition);
  const [cut] = since.toSorted((left, right) => left.size - right.size);
  if (cut === undefined) return head;
  if (head.size > 0 && head.size <= cut.size) return { edition, size: head.size, root: head.root };
  return cut.size === 0 ? undefined : { edition, size: cut.size, root: cut.root };
}
