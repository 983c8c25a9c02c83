/** Beside the document: its class, who can open it, who did, its versions, and what can be done with it. */
import type { MemberRow, RecordRow } from '@strongroom/device';
import { Link } from '@tanstack/react-router';
import { FilePlus, FolderInput, PenLine, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import type { OpenedFile } from '../keys/contract.ts';
import { useDeviceQuery, useKeys, useSteadyQuery } from '../keys/keys-context.tsx';
import { useDocumentActions } from '../room/actions/document-actions-context.ts';
import { classWord, whoCanOpen } from '../room/document-words.ts';
import type { OpenRoom } from '../room/room-context.ts';
import { proposeReason } from '../room/documents/propose-reason.ts';
import { useMyRights } from '../room/room-queries.ts';
import { LineLink } from '../ledger/line-link.tsx';
import { LineReason } from '../ledger/line-reason.tsx';
import { saveBlob } from '../save-blob.ts';
import type { Command } from '../shell/commands/command.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  AvatarStack,
  Button,
  Bytes,
  Card,
  FactList,
  formatLine,
  HoldTapeGlyph,
  KeyBit,
  Skeleton,
  Time,
} from '../ui/index.ts';

const openingsShown = 5;
const openingsMax = 200;

export function DocumentPanel({
  room,
  row,
  version,
  members,
  opened,
}: {
  readonly room: OpenRoom;
  readonly row: RecordRow;
  readonly version: number;
  readonly members: readonly MemberRow[];
  readonly opened: OpenedFile | undefined;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const actions = useDocumentActions();
  const rights = useMyRights(room.room);
  const people = whoCanOpen(members, texts);
  const isGone = row.state === 'destroyed';
  const doing: readonly Command[] = [
    {
      id: 'rename',
      label: t('web.document.rename'),
      icon: <PenLine aria-hidden="true" />,
      onRun: () => actions.ask({ kind: 'rename', row }),
    },
    {
      id: 'move',
      label: t('web.document.move'),
      icon: <FolderInput aria-hidden="true" />,
      onRun: () => actions.ask({ kind: 'move', rows: [row] }),
    },
    {
      id: 'add-version',
      label: t('web.document.add-version'),
      icon: <FilePlus aria-hidden="true" />,
      onRun: () => actions.addVersion(row),
    },
    {
      id: 'hold',
      label: t('web.document.hold'),
      icon: <HoldTapeGlyph />,
      disabledReason: rights.isOfficer ? undefined : t('web.room.only-officers'),
      onRun: () => actions.ask({ kind: 'hold', rows: [row] }),
    },
    {
      id: 'destroy',
      label: t('web.document.destroy'),
      icon: <Trash2 aria-hidden="true" />,
      disabledReason: proposeReason(row, rights, texts),
      onRun: () => actions.ask({ kind: 'propose', rows: [row] }),
    },
  ];
  useCommands(isGone ? [] : doing);
  return (
    <aside className="document-panel" aria-label={t('web.document.about')}>
      <Card title={t('web.document.about')}>
        <FactList
          facts={[
            {
              id: 'class',
              label: t('web.document.class'),
              value: <KeyBit value={row.class} label={classWord(row.class, texts)} />,
            },
            ...(isGone
              ? []
              : [
                  {
                    id: 'can-open',
                    label: t('web.document.can-open'),
                    value: (
                      <>
                        <AvatarStack
                          people={people}
                          isLabelShown
                          label={t('web.document.people', { count: people.length })}
                        />
                        <p className="document-why">{t('web.document.can-open.why')}</p>
                      </>
                    ),
                  },
                  { id: 'size', label: t('web.document.size'), value: <Bytes value={row.sizeBytes} /> },
                ]),
            ...(row.isOnHold
              ? [
                  {
                    id: 'hold',
                    label: t('web.document.keep'),
                    value: (
                      <Link className="document-held" to={paths.roomHolds} params={{ code: room.code }}>
                        <HoldTapeGlyph aria-hidden="true" />
                        {t('web.document.held')}
                      </Link>
                    ),
                  },
                ]
              : []),
            ...(row.disposal === undefined
              ? []
              : [
                  {
                    id: 'disposal',
                    label: t('web.document.disposal'),
                    value: (
                      <Link to={paths.disposalDetails} params={{ disposal: row.disposal.disposal }}>
                        {isGone ? t('web.document.certificate') : t('web.document.disposal.see')}
                      </Link>
                    ),
                  },
                ]),
          ]}
        />
        {isGone ? undefined : (
          <div className="document-actions">
            {doing.map(({ id, label, icon, disabledReason, onRun }) => (
              <Button
                key={id}
                size="s"
                icon={id === 'hold' || id === 'destroy' ? icon : undefined}
                disabledReason={disabledReason}
                onClick={onRun}
              >
                {label}
              </Button>
            ))}
          </div>
        )}
      </Card>
      <Openings row={row} room={room} since={opened?.line.index} />
      {isGone ? undefined : <Versions room={room} row={row} version={version} />}
      {opened === undefined ? undefined : <Receipt opened={opened} />}
    </aside>
  );
}

function Openings({
  row,
  room,
  since,
}: {
  readonly row: RecordRow;
  readonly room: OpenRoom;
  /** The line of this opening: with it the list is asked for anew. */
  readonly since: number | undefined;
}): ReactNode {
  const { t } = useTexts();
  const [isAll, setIsAll] = useState(false);
  const openings = useDeviceQuery(
    ['openings', row.record, isAll, since],
    async (keys) =>
      await keys.device.records.openings({ record: row.record, count: isAll ? openingsMax : openingsShown }),
  );
  return (
    <Card title={t('web.document.opened-by')} hint={t('web.document.opened-by.hint')}>
      {openings.data === undefined ? (
        openings.error === null ? (
          <Skeleton label={t('web.document.loading')} lines={3} />
        ) : (
          <ErrorView error={openings.error} />
        )
      ) : openings.data.length === 0 ? (
        <p className="document-quiet">{t('web.document.opened.nobody')}</p>
      ) : (
        <ul className="document-openings">
          {openings.data.map((opening) => (
            <li key={opening.line.index}>
              <span className="document-who">{opening.personName ?? t('web.document.nameless')}</span>
              <span className="document-when">
                <Time atMs={opening.atMs} format="date-time" />
                {' · '}
                <LineLink ledger={opening.line.ledger} index={opening.line.index} code={room.code} />
                {opening.purpose === undefined ? '' : ` · ${t(`purpose.${opening.purpose}`)}`}
              </span>
              {opening.givenReason === undefined ? undefined : (
                <LineReason line={{ ...opening.line, room: room.room }} given={opening.givenReason} />
              )}
            </li>
          ))}
        </ul>
      )}
      {!isAll && row.openings > openingsShown ? (
        <Button size="s" variant="quiet" onClick={() => setIsAll(true)}>
          {t('web.document.opened.all', { count: row.openings })}
        </Button>
      ) : undefined}
    </Card>
  );
}

function Versions({
  room,
  row,
  version,
}: {
  readonly room: OpenRoom;
  readonly row: RecordRow;
  readonly version: number;
}): ReactNode {
  const { t } = useTexts();
  const history = useSteadyQuery(
    ['history', row.record, row.versions],
    async (keys) => await keys.device.records.history({ record: row.record }),
  );
  if (history.data === undefined || history.data.length < 2) return undefined;
  return (
    <Card title={t('web.document.versions')}>
      <ol className="document-versions">
        {history.data.map((each) => (
          <li key={each.version} aria-current={each.version === version ? 'true' : undefined}>
            <Link
              to={paths.document}
              params={{ code: room.code, record: row.record }}
              search={each.version === row.version ? {} : { version: each.version }}
            >
              {t('web.document.version', { version: String(each.version) })}
            </Link>
            <span className="document-when">
              {each.authorName ?? t('web.document.nameless')},{' '}
              <Time atMs={each.writtenAtMs} format="date-time" />
              {each.hasBody ? '' : ` · ${t('web.document.version.card')}`}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Receipt({ opened }: { readonly opened: OpenedFile }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const [error, setError] = useState<unknown>();
  const save = async (): Promise<void> => {
    try {
      const { proof } = await keys.device.ledger.receipt({
        ledger: opened.line.ledger,
        index: opened.line.index,
      });
      saveBlob(new Blob([proof], { type: 'text/plain' }), `line-${String(opened.line.index)}.tlog-proof`);
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <Card title={t('web.document.receipt')}>
      <p className="document-quiet">
        {t('web.document.receipt.sentence', { line: formatLine(opened.line.index) })}{' '}
        <span className="mono">{opened.line.hash.slice(0, 8)}</span>
      </p>
      <Button size="s" onClick={() => void save()}>
        {t('web.document.receipt.save')}
      </Button>
      <ErrorView error={error} />
    </Card>
  );
}
