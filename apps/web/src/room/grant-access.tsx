/** The ways to give and take access to the room: the button of the plate, those of the people tab, and the letter a. */
import type { MemberRow } from '@strongroom/device';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { GrantDialog } from '../people/grant-dialog.tsx';
import { RevokeDialog } from '../people/revoke-dialog.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';
import type { ButtonSize } from '../ui/index.ts';
import { useRoom } from './room-context.ts';
import { useMyRights } from './room-queries.ts';

export function GrantAccessButton({
  size,
  hasKey = false,
}: {
  readonly size?: ButtonSize;
  /** Offers it in the palette and by the letter a; one of them on a page. */
  readonly hasKey?: boolean;
}): ReactNode {
  const { t } = useTexts();
  const { room, code } = useRoom();
  const { isManager } = useMyRights(room);
  const [isOpen, setIsOpen] = useState(false);
  const disabledReason = isManager ? undefined : t('web.room.only-managers-grant');
  useCommands(
    hasKey
      ? [
          {
            id: 'grant',
            label: t('web.room.grant'),
            icon: <KeyRound aria-hidden="true" />,
            letter: 'a',
            disabledReason,
            onRun: () => setIsOpen(true),
          },
        ]
      : [],
  );
  return (
    <>
      <Button
        size={size}
        icon={<KeyRound aria-hidden="true" />}
        disabledReason={disabledReason}
        onClick={() => setIsOpen(true)}
      >
        {t('web.room.grant')}
      </Button>
      {isOpen ? <GrantDialog room={room} code={code} onClose={() => setIsOpen(false)} /> : undefined}
    </>
  );
}

export function RevokeAccessButton({ member }: { readonly member: MemberRow }): ReactNode {
  const { t } = useTexts();
  const { room, title } = useRoom();
  const { isManager } = useMyRights(room);
  const [isOpen, setIsOpen] = useState(false);
  if (!isManager) return undefined;
  return (
    <>
      <Button size="s" onClick={() => setIsOpen(true)}>
        {t('web.room.people.revoke')}
      </Button>
      {isOpen ? (
        <RevokeDialog room={room} person={member.person} title={title} onClose={() => setIsOpen(false)} />
      ) : undefined}
    </>
  );
}
