/** What an opening is for, and when a person has to say it: one rule for the viewer and for archives. */
import type { Purpose, RecordClass } from '@strongroom/device';

/** What an opening is for. */
export interface Why {
  readonly purpose: Purpose;
  readonly reason?: string;
}

/** The purposes that a person chooses from. */
export const purposes: readonly Purpose[] = [
  'work',
  'review',
  'handover',
  'audit',
  'request-of-client',
  'legal-duty',
];

/** What documents are opened for where nobody is asked. */
export const whyUnasked: Why = { purpose: 'work' };

/** Whether these documents are opened only with a purpose and a reason: one of them is Secret. */
export function asksWhy(documents: readonly { readonly class: RecordClass }[]): boolean {
  return documents.some((document) => document.class === 3);
}

/** The purpose and reason of an opening; nothing as long as a reason is asked for and missing. */
export function whyOf({
  isAsked,
  purpose,
  reason,
}: {
  readonly isAsked: boolean;
  readonly purpose: Purpose;
  readonly reason: string;
}): Why | undefined {
  const written = reason.trim();
  if (written !== '') return { purpose, reason: written };
  return isAsked ? undefined : { purpose };
}
