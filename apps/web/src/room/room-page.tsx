/** One client's room: its deed plate, what stops it, and the tabs. Everything below asks for the room from the context. */
import { Link, Outlet, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { paths } from '../app/paths.ts';
import { useClient, useGroups } from '../clients/use-clients.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Breadcrumbs, Skeleton } from '../ui/index.ts';
import { AddFilesProvider } from '../uploads/add-files-provider.tsx';
import { DocumentActionsProvider } from './actions/document-actions-provider.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { RoomContext } from './room-context.ts';
import type { OpenRoom } from './room-context.ts';
import { RoomMissing } from './room-missing.tsx';
import { RoomPlate } from './room-plate.tsx';
import { useAccess, useRecords } from './room-queries.ts';
import { RoomTabs } from './room-tabs.tsx';
import '../ui/table/table.css';
import './room.css';

export function RoomPage(): ReactNode {
  const { code } = useParams({ from: paths.room });
  const { t } = useTexts();
  const { client, isPending, error } = useClient(code);
  const room = useMemo<OpenRoom | undefined>(
    () => (client === undefined ? undefined : { ...client, title: client.name ?? client.code }),
    [client],
  );
  // A browser writes titles into its history: the code says enough, the name stays in the page.
  const title = <title>{t('web.room.title', { code })}</title>;
  if (room !== undefined) {
    return (
      <RoomContext value={room}>
        {title}
        <RoomBody room={room} />
      </RoomContext>
    );
  }
  if (error !== null) return <ErrorView error={error} />;
  if (isPending) return <Skeleton label={t('web.room.loading')} lines={6} />;
  return (
    <>
      {title}
      <RoomMissing code={code} />
    </>
  );
}

function RoomBody({ room }: { readonly room: OpenRoom }): ReactNode {
  const { t } = useTexts();
  const records = useRecords(room.room);
  const access = useAccess(room.room);
  const vaults = useGroups();
  const vaultName = vaults.data?.find(({ vault }) => vault === room.vault)?.name;
  const isFrozen = access.data?.isFrozen ?? false;
  const rows = records.rows ?? [];
  return (
    <AddFilesProvider
      room={room.room}
      title={room.title}
      rows={rows}
      disabledReason={isFrozen ? t('web.room.frozen.reason') : undefined}
    >
      <DocumentActionsProvider rows={rows}>
        <div className="only-wide">
          <Breadcrumbs
            label={t('web.room.crumbs')}
            items={[
              {
                id: 'clients',
                label: t('web.room.clients'),
                render: (props) => <Link to={paths.clients} {...props} />,
              },
              ...(vaultName === undefined ? [] : [{ id: 'vault', label: vaultName }]),
              { id: 'code', label: room.code, isMono: true },
            ]}
          />
        </div>
        <RoomPlate vaultName={vaultName} />
        {isFrozen ? (
          <div className="room-band">
            <Band kind="warn">{t('web.room.frozen.band')}</Band>
          </div>
        ) : undefined}
        <RoomTabs />
        {records.error === null ? undefined : (
          <div className="room-band">
            <ErrorView error={records.error} />
          </div>
        )}
        <Outlet />
      </DocumentActionsProvider>
    </AddFilesProvider>
  );
}
