/** Every line that this person may read, ledger by ledger, newest first; checked on this device; taken away as receipts. */
import type { LineRow } from '@strongroom/device';
import type { VaultId } from '@strongroom/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import type { LinePart } from '../ledger-words/line-parts.ts';
import { useNames } from '../room/room-queries.ts';
import { saveBlob } from '../save-blob.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, formatLine, Skeleton, Tabs } from '../ui/index.ts';
import { LedgerLines } from './ledger-lines.tsx';
import { ListDialog } from './list-dialog.tsx';
import { VerifierLink } from './verifier-link.tsx';
import './ledger.css';

export function LedgerPage(): ReactNode {
  const { t } = useTexts();
  const search = useSearch({ from: paths.ledger });
  const status = useDeviceQuery(['ledger-status'], async (keys) => await keys.device.ledger.status());
  const ledgers = status.data ?? [];
  const chosen = ledgers.find(({ ledger }) => ledger === search.ledger) ?? ledgers[0];
  const nameOf = (each: (typeof ledgers)[number]): string =>
    each === ledgers[0] ? t('web.ledger.office') : (each.name ?? t('web.ledger.nameless'));
  return (
    <>
      <title>{t('web.ledger.title')}</title>
      <h1>{t('web.ledger.heading')}</h1>
      <p className="screen-sentence">{t('web.ledger.sentence')}</p>
      <ErrorView error={status.error} />
      {status.data === undefined && status.error === null ? (
        <Skeleton label={t('web.ledger.loading')} lines={6} />
      ) : undefined}
      {chosen === undefined ? undefined : (
        <>
          <Tabs
            label={t('web.ledger.ledgers')}
            items={ledgers.map((each) => ({
              id: each.ledger,
              label: nameOf(each),
              count: formatLine(each.size),
              isCurrent: each.ledger === chosen.ledger,
              render: (props) => (
                <Link
                  to={paths.ledger}
                  search={each === ledgers[0] ? {} : { ledger: each.ledger }}
                  activeOptions={{ exact: true }}
                  {...props}
                />
              ),
            }))}
          />
          <Lines key={chosen.ledger} ledger={chosen.ledger} name={nameOf(chosen)} />
        </>
      )}
    </>
  );
}

function Lines({ ledger, name }: { readonly ledger: VaultId; readonly name: string }): ReactNode {
  const { t } = useTexts();
  const names = useNames();
  const codes = useCodes();
  const keys = useKeys();
  const navigate = useNavigate();
  const search = useSearch({ from: paths.ledger });
  const [error, setError] = useState<unknown>();
  const [isExporting, setIsExporting] = useState(false);
  const [isListing, setIsListing] = useState(false);
  const exportAll = async (): Promise<void> => {
    setError(undefined);
    setIsExporting(true);
    try {
      saveBlob(await keys.files.exportLedger({ ledger }), `ledger-${ledger}.zip`);
    } catch (cause) {
      setError(cause);
    } finally {
      setIsExporting(false);
    }
  };
  useCommands([
    {
      id: 'export',
      label: t('web.ledger.export'),
      icon: <Download aria-hidden="true" />,
      onRun: () => void exportAll(),
    },
  ]);
  return (
    <>
      {isListing ? (
        <ListDialog ledger={ledger} name={name} names={names} onClose={() => setIsListing(false)} />
      ) : undefined}
      <LedgerLines
        ledger={ledger}
        title={name}
        label={t('web.ledger.lines', { name })}
        names={names}
        search={search}
        onSearch={(change) => {
          const { ledger: chosen } = search;
          void navigate({
            to: paths.ledger,
            search: { ...(chosen === undefined ? {} : { ledger: chosen }), ...change },
            replace: true,
          });
        }}
        show={(part, line) => linkOf(part, line, codes)}
        actions={
          <>
            <Button size="s" onClick={() => setIsListing(true)}>
              {t('web.ledger.list')}
            </Button>
            <Button
              size="s"
              icon={<Download aria-hidden="true" />}
              pending={isExporting}
              onClick={() => void exportAll()}
            >
              {t('web.ledger.export')}
            </Button>
            <VerifierLink />
          </>
        }
        error={error}
      />
    </>
  );
}

/** Codes of the clients' rooms, for links. */
function useCodes(): ReadonlyMap<string, string> {
  const { rows } = useClients();
  return useMemo(() => new Map(rows.map(({ room, code }) => [room, code])), [rows]);
}

/** Rooms, documents and people in a sentence lead to their screens. */
function linkOf(part: LinePart, line: LineRow, codes: ReadonlyMap<string, string>): ReactNode | undefined {
  if (part.kind === 'text' || part.id === undefined) return undefined;
  const code = part.kind === 'room' ? codes.get(part.id) : codes.get(line.room ?? '');
  if (part.kind === 'room' && code !== undefined)
    return (
      <Link to={paths.room} params={{ code }} className="line-record" dir="auto">
        {part.text}
      </Link>
    );
  if (part.kind === 'record' && code !== undefined && line.kind !== 'destroyed')
    return (
      <Link to={paths.document} params={{ code, record: part.id }} className="line-record" dir="auto">
        {part.text}
      </Link>
    );
  return undefined;
}
