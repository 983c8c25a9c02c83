/** Starts the check of a ledger on this device: a button, and the same in the palette. */
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';
import type { LedgerCheck } from './use-ledger-check.ts';

export function CheckButton({ check }: { readonly check: LedgerCheck }): ReactNode {
  const { t } = useTexts();
  const icon = <ShieldCheck aria-hidden="true" />;
  useCommands([{ id: 'verify', label: t('web.room.check'), icon, onRun: check.start }]);
  return (
    <Button size="s" icon={icon} pending={check.isRunning} onClick={check.start}>
      {t('web.room.check')}
    </Button>
  );
}
