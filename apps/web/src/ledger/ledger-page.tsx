/** Every line that this person may read, ledger by ledger, newest first; checked on this device; taken away as receipts. */
import type { LineRow } from '@strongroom/device';
import type { PersonId, VaultId } from '@strongroom/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download, ShieldCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { deviceQueries, useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import { describeLine } from '../ledger-words/describe-line.tsx';
import { lineGroups, toneOfLine } from '../ledger-words/line-groups.ts';
import type { LineGroup } from '../ledger-words/line-groups.ts';
import { noteOfLine } from '../ledger-words/line-parts.ts';
import { LedgerFoot, shortHash } from '../room/ledger-foot.tsx';
import { useNames } from '../room/room-queries.ts';
import { saveBlob } from '../room/save-blob.ts';
import { useLedgerCheck } from '../room/use-ledger-check.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Button,
  Card,
  EmptyState,
  formatLine,
  formatNumber,
  LedgerTape,
  Menu,
  NativeSelect,
  Skeleton,
  Tabs,
  Time,
} from '../ui/index.ts';
import type { LedgerSearch } from './ledger-search.ts';
import './ledger.css';

const pageLines = 100;
const anybody = 'all';

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
  const texts = useTexts();
  const { t, intlTag } = texts;
  const names = useNames();
  const codes = useCodes();
  const keys = useKeys();
  const navigate = useNavigate();
  const search = useSearch({ from: paths.ledger });
  const check = useLedgerCheck(ledger);
  const [error, setError] = useState<unknown>();
  const [isExporting, setIsExporting] = useState(false);
  const { group, person } = search;
  const filter = {
    ledger,
    ...(group === undefined ? {} : { kinds: lineGroups[group] }),
    ...(person === undefined ? {} : { person: person as PersonId }),
  };
  const pages = useInfiniteQuery({
    queryKey: [deviceQueries, 'line-pages', filter],
    queryFn: async ({ pageParam }) =>
      await keys.device.ledger.page({
        ...filter,
        count: pageLines,
        ...(pageParam === undefined ? {} : { before: pageParam }),
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.before,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  const go = (change: LedgerSearch): void => {
    const { ledger: chosen } = search;
    void navigate({
      to: paths.ledger,
      search: { ...(chosen === undefined ? {} : { ledger: chosen }), ...change },
      replace: true,
    });
  };
  const saveReceipt = async (line: LineRow): Promise<void> => {
    setError(undefined);
    try {
      const { proof } = await keys.device.ledger.receipt({ ledger, index: line.index });
      saveBlob(new Blob([proof], { type: 'text/plain' }), `line-${String(line.index)}.tlog-proof`);
    } catch (cause) {
      setError(cause);
    }
  };
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
  return (
    <Card
      className="ledger-screen"
      title={name}
      hint={t('web.room.ledger.hint')}
      isPadded={false}
      actions={
        <>
          <Button
            size="s"
            icon={<ShieldCheck aria-hidden="true" />}
            pending={check.isRunning}
            onClick={check.start}
          >
            {t('web.room.check')}
          </Button>
          <Button
            size="s"
            icon={<Download aria-hidden="true" />}
            pending={isExporting}
            onClick={() => void exportAll()}
          >
            {t('web.ledger.export')}
          </Button>
        </>
      }
      footer={<LedgerFoot ledger={ledger} check={check} />}
    >
      <div className="ledger-filters">
        <NativeSelect<LineGroup | typeof anybody>
          size="s"
          isLabelHidden
          label={t('web.room.ledger.kind')}
          value={group ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.kind.all') },
            ...(Object.keys(lineGroups) as LineGroup[]).map((value) => ({
              value,
              label: t(`web.lines.filter.${value}`),
            })),
          ]}
          onChange={(value) =>
            go({
              ...(person === undefined ? {} : { person }),
              ...(value === anybody ? {} : { group: value }),
            })
          }
        />
        <NativeSelect
          size="s"
          isLabelHidden
          label={t('web.room.ledger.person')}
          value={person ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.person.all') },
            ...[...names]
              .filter(([id]) => id.startsWith('per_'))
              .map(([value, label]) => ({ value, label }))
              .toSorted((left, right) => left.label.localeCompare(right.label, intlTag)),
          ]}
          onChange={(value) =>
            go({ ...(group === undefined ? {} : { group }), ...(value === anybody ? {} : { person: value }) })
          }
        />
        <p className="row-under" role="status">
          {pages.data === undefined
            ? undefined
            : t('web.room.ledger.count', { count: total, shown: formatNumber(intlTag, lines.length) })}
        </p>
      </div>
      <ErrorView error={error ?? pages.error} />
      {pages.data === undefined && pages.error === null ? (
        <Skeleton label={t('web.ledger.loading')} lines={6} />
      ) : undefined}
      {pages.data !== undefined && lines.length === 0 ? (
        <EmptyState title={t('web.room.ledger.none')} />
      ) : undefined}
      {lines.length === 0 ? undefined : (
        <LedgerTape
          label={t('web.ledger.lines', { name })}
          rows={lines.map((line) => ({
            id: String(line.index),
            index: formatLine(line.index),
            time: <Time atMs={line.atMs} />,
            what: describeLine(line, texts, { names, show: (part) => linkOf(part, codes) }),
            hash: shortHash(line.hash, 2),
            tone: toneOfLine(line),
            detail: noteOfLine(line, texts),
            action: (
              <Menu
                label={t('web.ledger.actions', { line: formatLine(line.index) })}
                size="s"
                variant="quiet"
                align="end"
                items={[
                  {
                    id: 'receipt',
                    label: t('web.ledger.receipt'),
                    onSelect: () => void saveReceipt(line),
                  },
                ]}
              />
            ),
          }))}
        />
      )}
      {pages.hasNextPage ? (
        <div className="ledger-more">
          <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('web.room.ledger.more')}
          </Button>
        </div>
      ) : undefined}
    </Card>
  );
}

/** Codes of the clients' rooms, for links. */
function useCodes(): ReadonlyMap<string, string> {
  const { rows } = useClients();
  return useMemo(() => new Map(rows.map(({ room, code }) => [room, code])), [rows]);
}

/** Rooms and people in a sentence lead to their screens. */
function linkOf(
  part: { readonly kind: string; readonly text: string; readonly id?: string },
  codes: ReadonlyMap<string, string>,
): ReactNode | undefined {
  if (part.id === undefined) return undefined;
  const code = codes.get(part.id);
  if (part.kind === 'room' && code !== undefined)
    return (
      <Link to={paths.room} params={{ code }} className="line-record" dir="auto">
        {part.text}
      </Link>
    );
  return undefined;
}
