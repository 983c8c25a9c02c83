/** Why something was opened, for the people of the room. It is sealed, and reading a month's first reason is a line: a person asks for it. */
import type { RoomId, VaultId } from '@strongroom/core';
import type { GivenReason } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useAction } from '../clients/use-action.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, formatLine } from '../ui/index.ts';

/** A line beside which a reason may lie. */
export interface LineOfReason {
  readonly ledger: VaultId;
  readonly index: number;
  readonly room: RoomId;
}

export function LineReason({
  line,
  given,
}: {
  readonly line: LineOfReason;
  readonly given: GivenReason;
}): ReactNode {
  const { t } = useTexts();
  const [found, setFound] = useState<string | null>();
  const ask = useAction(async (keys, { ledger, index, room }: LineOfReason) => {
    // The newest line before the next one is the line itself.
    const page = await keys.device.ledger.page({
      ledger,
      room,
      before: index + 1,
      count: 1,
      withReasons: true,
    });
    setFound(page.lines.find((row) => row.index === index)?.reason ?? null);
  });
  if (given === 'closed') return <p className="muted">{t('web.lines.reason.others')}</p>;
  if (typeof found === 'string')
    return (
      <p ref={standOn} dir="auto">
        {t('web.lines.reason', { reason: found })}
      </p>
    );
  if (found === null)
    return (
      <p ref={standOn} className="muted">
        {t('web.lines.reason.closed')}
      </p>
    );
  return (
    <>
      <Button
        size="s"
        variant="quiet"
        aria-label={t('web.lines.reason.show-of', { line: formatLine(line.index) })}
        pending={ask.isPending}
        onClick={() => ask.run(line)}
      >
        {t('web.lines.reason.show')}
      </Button>
      <ErrorView error={ask.error} />
    </>
  );
}

/** The answer stands where the button stood that asked for it: so does the focus, which had nowhere to stand. */
function standOn(answer: HTMLElement | null): void {
  if (answer === null) return;
  answer.tabIndex = -1;
  answer.focus({ preventScroll: true });
}
