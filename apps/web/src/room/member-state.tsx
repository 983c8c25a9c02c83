import type { MemberRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { startSentence } from '../texts/start-sentence.ts';
import { useWhen } from './use-when.ts';

/** Role, and what limits it: an end, a suspension, a wall. */
export function MemberState({ member }: { readonly member: MemberRow }): ReactNode {
  const { t, intlTag } = useTexts();
  const when = useWhen();
  const role = startSentence(t(`role.${member.role}`), intlTag);
  if (member.isWalled) return `${role} · ${t('state.member.walled')}`;
  if (!member.isActive) return `${role} · ${t('state.member.suspended')}`;
  if (member.endsAtMs === undefined) return role;
  return `${role} · ${t('web.room.member.until', { date: when(member.endsAtMs, 'date') })}`;
}
