import { Link } from '@tanstack/react-router';
import type { HoldRow } from '@strongroom/device';
import { formatList, formatValues } from '@strongroom/texts';
import { FolderUp, KeyRound, Pencil, Upload } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { classTitle } from '../clients/class-words.ts';
import { EditClientDialog } from '../clients/edit-client-dialog.tsx';
import { useWalls, wallsPlace } from '../people/walls/use-walls.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  AvatarStack,
  Button,
  HoldTapeGlyph,
  KeyBit,
  Menu,
  Plate,
  TapeBand,
  Time,
  WallGlyph,
} from '../ui/index.ts';
import type { PlateFact } from '../ui/index.ts';
import { useAddFiles } from '../uploads/add-files-context.ts';
import { useDocumentActions } from './actions/document-actions-context.ts';
import { ClassDialog } from './class-dialog.tsx';
import { whoCanOpen } from './document-words.ts';
import { GrantAccessButton } from './grant-access.tsx';
import { useRoom } from './room-context.ts';
import { useAccess, useHolds, useMyRights, useNames } from './room-queries.ts';
import { useWhen } from './use-when.ts';

/** The deed plate of the room: whose it is, who leads it, who can open it, and the tape where nothing may be destroyed. */
export function RoomPlate({ vaultName }: { readonly vaultName: string | undefined }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const room = useRoom();
  const access = useAccess(room.room);
  const holds = useHolds(room.room);
  const walls = useWalls(room.room);
  const addFiles = useAddFiles();
  const { ask } = useDocumentActions();
  const { isManager, isOfficer } = useMyRights(room.room);
  const [isClassing, setIsClassing] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  const members = access.data?.members ?? [];
  const names = useNames();
  const lead = room.lead === undefined ? undefined : names.get(room.lead);
  const leads =
    lead === undefined
      ? members
          .filter((member) => member.role === 'manager' && member.isActive)
          .map((member) => member.name)
          .filter((name) => name !== undefined)
      : [lead];
  const people = whoCanOpen(members, texts);
  const walled = new Set(walls.data?.map(({ person }) => person)).size;
  const open = holds.data?.filter(({ state }) => state === 'open') ?? [];
  const facts: PlateFact[] = [
    {
      id: 'class',
      label: t('web.room.fact.class'),
      value: <KeyBit value={room.class} label={classTitle(room.class, texts)} />,
    },
    ...(access.data === undefined
      ? []
      : [
          {
            id: 'people',
            label: t('web.room.fact.can-open'),
            value: (
              <AvatarStack
                people={people}
                isLabelShown
                label={t('web.room.people.count', { count: people.length })}
              />
            ),
          },
        ]),
    ...(walled === 0
      ? []
      : [
          {
            id: 'wall',
            label: t('web.room.fact.wall'),
            value: (
              <>
                <WallGlyph />
                <Link to={paths.roomPeople} params={{ code: room.code }} hash={wallsPlace}>
                  {t('web.room.wall.count', { count: walled })}
                </Link>
              </>
            ),
          },
        ]),
    ...(room.reviewAtMs === undefined
      ? []
      : [
          {
            id: 'review',
            label: t('web.room.fact.review'),
            value: <Time atMs={room.reviewAtMs} format="date" />,
          },
        ]),
    ...(room.aliases.length === 0
      ? []
      : [
          {
            id: 'aliases',
            label: t('web.room.fact.aliases'),
            value: formatValues(texts.intlTag, room.aliases),
          },
        ]),
  ];
  useCommands([
    {
      id: 'upload',
      label: t('web.room.add-files'),
      icon: <Upload aria-hidden="true" />,
      disabledReason: addFiles.disabledReason,
      onRun: () => addFiles.chooseFiles([]),
    },
    {
      id: 'add-folder',
      label: t('web.room.add-folder'),
      icon: <FolderUp aria-hidden="true" />,
      disabledReason: addFiles.disabledReason,
      onRun: () => addFiles.chooseFolder([]),
    },
    {
      id: 'edit-client',
      label: t('web.room.edit-client'),
      icon: <Pencil aria-hidden="true" />,
      disabledReason: isManager ? undefined : t('web.room.only-managers-edit'),
      onRun: () => setIsEditing(true),
    },
    {
      id: 'class',
      label: t('web.room.class.change'),
      icon: <KeyRound aria-hidden="true" />,
      disabledReason: isManager || isOfficer ? undefined : t('web.room.only-managers-edit'),
      onRun: () => setIsClassing(true),
    },
    {
      id: 'hold',
      label: t('web.room.hold.place'),
      icon: <HoldTapeGlyph />,
      disabledReason: isOfficer ? undefined : t('web.room.only-officers'),
      onRun: () => ask({ kind: 'hold', rows: [] }),
    },
  ]);
  return (
    <>
      {isEditing ? <EditClientDialog room={room.room} onClose={() => setIsEditing(false)} /> : undefined}
      {isClassing ? <ClassDialog onClose={() => setIsClassing(false)} /> : undefined}
      <Plate
        code={room.code}
        title={<span dir="auto">{room.title}</span>}
        subtitle={[
          ...(leads.length === 0 ? [] : [t('web.room.led-by', { names: formatList(texts.intlTag, leads) })]),
          ...(vaultName === undefined ? [] : [t('web.room.own-keys', { vault: vaultName })]),
        ].join(' ')}
        actions={
          <>
            <GrantAccessButton hasKey />
            <Button
              variant="primary"
              icon={<Upload aria-hidden="true" />}
              disabledReason={addFiles.disabledReason}
              onClick={() => addFiles.chooseFiles([])}
            >
              {t('web.room.add-files')}
            </Button>
            <Menu
              label={t('web.room.more')}
              size="m"
              items={[
                {
                  id: 'edit',
                  label: t('web.room.edit-client'),
                  icon: <Pencil aria-hidden="true" />,
                  disabledReason: isManager ? undefined : t('web.room.only-managers-edit'),
                  onSelect: () => setIsEditing(true),
                },
                {
                  id: 'class',
                  label: t('web.room.class.change'),
                  icon: <KeyRound aria-hidden="true" />,
                  disabledReason: isManager || isOfficer ? undefined : t('web.room.only-managers-edit'),
                  onSelect: () => setIsClassing(true),
                },
                {
                  id: 'folder',
                  label: t('web.room.add-folder'),
                  icon: <FolderUp aria-hidden="true" />,
                  disabledReason: addFiles.disabledReason,
                  onSelect: () => addFiles.chooseFolder([]),
                },
              ]}
            />
          </>
        }
        facts={facts}
        tape={open.length === 0 ? undefined : <HoldTape holds={open} />}
      />
    </>
  );
}

function HoldTape({ holds }: { readonly holds: readonly HoldRow[] }): ReactNode {
  const { t } = useTexts();
  const { code } = useRoom();
  const when = useWhen();
  const whole = holds.filter(({ records }) => records.length === 0);
  const records = new Set(holds.flatMap(({ records: held }) => held)).size;
  const first = (whole.length > 0 ? whole : holds).reduce((oldest, hold) =>
    hold.placedAtMs < oldest.placedAtMs ? hold : oldest,
  );
  return (
    <TapeBand
      action={
        <Link to={paths.roomHolds} params={{ code }}>
          {t('web.room.tape.link', { count: holds.length })}
        </Link>
      }
    >
      {whole.length > 0
        ? t('web.room.tape.room', { date: when(first.placedAtMs, 'date') })
        : t('web.room.tape.records', { date: when(first.placedAtMs, 'date'), count: records })}
    </TapeBand>
  );
}
