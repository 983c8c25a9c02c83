import type { ReactNode } from 'react';
import { isUpkeep, tellingKinds } from '../ledger-words/line-groups.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { Card, LedgerTape, Skeleton } from '../ui/index.ts';
import { CheckButton } from '../ledger/check-button.tsx';
import { LedgerFoot } from '../ledger/ledger-foot.tsx';
import { toLedgerRows } from '../ledger/ledger-rows.tsx';
import { linkOf } from './room-activity.tsx';
import { useRoom } from './room-context.ts';
import { useLines, useNamesInRoom } from './room-queries.ts';
import { useLedgerCheck } from '../ledger/use-ledger-check.ts';

const linesRead = 60;
const linesShown = 8;

/** The newest lines about this room, and a check of the ledger they are in. */
export function LedgerCard(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room, vault, code } = useRoom();
  const names = useNamesInRoom(room);
  const page = useLines({ ledger: vault, room, kinds: tellingKinds, count: linesRead });
  const lines = page.data?.lines.filter((line) => !isUpkeep(line)).slice(0, linesShown);
  const check = useLedgerCheck(vault);
  return (
    <Card
      className="room-ledger"
      title={t('web.room.tab.ledger')}
      hint={t('web.room.ledger.hint')}
      isPadded={false}
      actions={<CheckButton check={check} />}
      footer={<LedgerFoot ledger={vault} check={check} />}
    >
      <ErrorView error={page.error} />
      {lines === undefined ? (
        page.error === null ? (
          <Skeleton label={t('web.room.activity.loading')} lines={5} />
        ) : undefined
      ) : (
        <LedgerTape
          label={t('web.room.ledger.label')}
          rows={toLedgerRows(lines, { texts, names, show: (part, line) => linkOf(part, line, code) })}
        />
      )}
    </Card>
  );
}
