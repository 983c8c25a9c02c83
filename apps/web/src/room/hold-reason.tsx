/** Why a hold was placed, for the people of the room: shown where this device has it, asked for by hand where it does not. */
import type { HoldRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useAction } from '../clients/use-action.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';

export function HoldReason({ hold }: { readonly hold: HoldRow }): ReactNode {
  const { t } = useTexts();
  const [found, setFound] = useState<string | null>();
  // Reading a name or reason that is not kept is a line: a person asks for it.
  const ask = useAction(async (keys, { room, hold: id }: HoldRow) => {
    const rows = await keys.device.holds.list({ room, withReasons: true });
    setFound(rows.find((row) => row.hold === id)?.reason ?? null);
  });
  const reason = hold.reason ?? found;
  if (!hold.hasReason) return undefined;
  if (typeof reason === 'string') return <p dir="auto">{t('web.room.holds.reason', { reason })}</p>;
  if (reason === null) return <p className="muted">{t('web.room.holds.reason.closed')}</p>;
  return (
    <>
      <Button size="s" variant="quiet" pending={ask.isPending} onClick={() => ask.run(hold)}>
        {t('web.room.holds.reason.show')}
      </Button>
      <ErrorView error={ask.error} />
    </>
  );
}
