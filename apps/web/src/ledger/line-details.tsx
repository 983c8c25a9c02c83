/** A line that is open: the whole instant, who signed on which device, the whole hash, and a receipt that proves the line without the server. */
import type { LineRow } from '@strongroom/device';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys } from '../keys/keys-context.tsx';
import { saveBlob } from '../save-blob.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, FactList, formatFull } from '../ui/index.ts';
import { shortHash } from './ledger-foot.tsx';
import { LineReason } from './line-reason.tsx';

const hashGroups = 16;

export function LineDetails({ line }: { readonly line: LineRow }): ReactNode {
  const { t, intlTag } = useTexts();
  const keys = useKeys();
  const [error, setError] = useState<unknown>();
  const [isSaving, setIsSaving] = useState(false);
  const save = async (): Promise<void> => {
    setError(undefined);
    setIsSaving(true);
    try {
      const { proof } = await keys.device.ledger.receipt({ ledger: line.ledger, index: line.index });
      saveBlob(new Blob([proof], { type: 'text/plain' }), `line-${String(line.index)}.tlog-proof`);
    } catch (cause) {
      setError(cause);
    } finally {
      setIsSaving(false);
    }
  };
  const { device } = line;
  return (
    <>
      <FactList
        facts={[
          {
            id: 'time',
            label: t('web.ledger.fact.time'),
            value: formatFull(line.atMs, intlTag),
          },
          ...(device === undefined || device === 'warden'
            ? []
            : [
                {
                  id: 'device',
                  label: t('web.ledger.fact.device'),
                  value: <span className="mono">{device.slice(4, 12)}</span>,
                },
              ]),
          { id: 'kind', label: t('web.ledger.fact.kind'), value: <span className="mono">{line.kind}</span> },
          {
            id: 'hash',
            label: t('web.ledger.fact.hash'),
            value: <span className="mono">{shortHash(line.hash, hashGroups)}</span>,
          },
        ]}
      />
      {line.givenReason === undefined || line.room === undefined ? undefined : (
        <LineReason
          line={{ ledger: line.ledger, index: line.index, room: line.room }}
          given={line.givenReason}
        />
      )}
      <Button size="s" icon={<Download aria-hidden="true" />} pending={isSaving} onClick={() => void save()}>
        {t('web.ledger.receipt')}
      </Button>
      <ErrorView error={error} />
    </>
  );
}
