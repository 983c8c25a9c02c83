import type { MemberRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { useWhen } from './use-when.ts';

/** Role, and what limits it: an end, a suspension, a wall. */
export function MemberState({ member }: { readonly member: MemberRow }): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const role = t(`role.${member.role}`);
  if (member.isWalled) return `${role}, ${t('state.member.walled')}`;
  if (!member.isActive) return `${role}, ${t('state.member.suspended')}`;
  if (member.endsAtMs === undefined) return role;
  return `${role}, ${t('web.room.member.until', { date: when(member.endsAtMs, 'date') })}`;
}
