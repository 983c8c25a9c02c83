/** A line's number, which leads to the line: in the room's own ledger where the room is known, else in the whole ledger. */
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { formatLine } from '../ui/index.ts';

export function LineLink({
  ledger,
  index,
  code,
}: {
  readonly ledger: VaultId;
  readonly index: number;
  /** Code of the client in whose room it happened. */
  readonly code?: string | undefined;
}): ReactNode {
  const { t } = useTexts();
  const hash = `line-${String(index)}`;
  const words = t('web.ledger.line', { line: formatLine(index) });
  return code === undefined ? (
    <Link to={paths.ledger} search={ledger === officeId ? {} : { ledger }} hash={hash}>
      {words}
    </Link>
  ) : (
    <Link to={paths.roomLedger} params={{ code }} hash={hash}>
      {words}
    </Link>
  );
}
