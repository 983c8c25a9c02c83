/** What somebody is in the firm, in a few words beside the name. */
import type { FirmRole } from '@strongroom/device';
import { formatValues } from '@strongroom/texts';
import { startSentence } from '../texts/start-sentence.ts';
import type { Texts } from '../texts/texts-context.tsx';

/** `Owner, administrator`; whoever has no role is a member. */
export function wordsOfRoles(roles: readonly FirmRole[], { t, intlTag }: Texts): string {
  const words = roles.length === 0 ? [t('role.member')] : roles.map((role) => t(`role.${role}`));
  return startSentence(formatValues(intlTag, words), intlTag);
}
