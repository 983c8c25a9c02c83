/** Where a person stands, in a word. */
import type { PersonRow } from '@strongroom/device';
import { useCallback } from 'react';
import { useTexts } from '../texts/texts-context.tsx';

export const personStates = ['invited', 'enrolled', 'admitted', 'suspended', 'withdrawn'] as const;
export type PersonState = (typeof personStates)[number];

export function personState(row: Pick<PersonRow, 'state' | 'isAdmitted'>): PersonState {
  if (row.state !== 'active') return row.state;
  return row.isAdmitted ? 'admitted' : 'enrolled';
}

export function usePersonStates(): (row: Pick<PersonRow, 'state' | 'isAdmitted'>) => string {
  const { t } = useTexts();
  return useCallback((row) => t(`web.people.state.${personState(row)}`), [t]);
}
