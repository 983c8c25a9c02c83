/** The ways to give and take access to the room: the button of the plate, those of the people tab, and the letter a. */
import { useNavigate } from '@tanstack/react-router';
import type { MemberRow } from '@strongroom/device';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';
import type { ButtonSize } from '../ui/index.ts';
import { useRoom } from './room-context.ts';
import { useMyRights } from './room-queries.ts';
import { useLetterKey } from './use-letter-key.ts';

export function GrantAccessButton({
  size,
  hasKey = false,
}: {
  readonly size?: ButtonSize;
  /** Listens for the letter a; one of them on a page. */
  readonly hasKey?: boolean;
}): ReactNode {
  const { t } = useTexts();
  const { code, room } = useRoom();
  const { isManager } = useMyRights(room);
  const navigate = useNavigate();
  const grant = (): void =>
    void (hasKey ? navigate({ to: paths.roomPeople, params: { code } }) : navigate({ to: paths.people }));
  useLetterKey(hasKey ? 'a' : undefined, () => {
    if (isManager) grant();
  });
  return (
    <Button
      size={size}
      icon={<KeyRound aria-hidden="true" />}
      disabledReason={isManager ? undefined : t('web.room.only-managers-grant')}
      onClick={grant}
    >
      {t('web.room.grant')}
    </Button>
  );
}

export function RevokeAccessButton({ member }: { readonly member: MemberRow }): ReactNode {
  const { t } = useTexts();
  const { room } = useRoom();
  const { isManager } = useMyRights(room);
  const navigate = useNavigate();
  if (!isManager) return undefined;
  return (
    <Button size="s" onClick={() => void navigate({ to: paths.person, params: { person: member.person } })}>
      {t('web.room.people.revoke')}
    </Button>
  );
}
