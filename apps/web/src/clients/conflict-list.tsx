/** Clients that may be the one that is being written, with the reason for each. */
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { aliasesOf, nameOf } from './client-fields.ts';
import type { ClientFields } from './client-fields.ts';
import { findConflicts, readKnownNames } from './conflicts.ts';
import type { Conflict } from './conflicts.ts';
import { useClients } from './use-clients.ts';
import './client-form.css';

/** Matches for what stands in the form, as it is typed. */
export function useConflicts(
  fields: ClientFields,
  except?: string,
): { readonly conflicts: readonly Conflict[]; readonly isComplete: boolean } {
  const { rows, isComplete } = useClients();
  const known = useMemo(() => readKnownNames(rows), [rows]);
  const typed = useDeferredValue(fields);
  const conflicts = useMemo(
    () => findConflicts([nameOf(typed), ...aliasesOf(typed)], known, { except }),
    [typed, known, except],
  );
  return { conflicts, isComplete };
}

export function ConflictList({
  conflicts,
  isComplete,
}: {
  readonly conflicts: readonly Conflict[];
  readonly isComplete: boolean;
}): ReactNode {
  const { t } = useTexts();
  return (
    <div aria-live="polite">
      {conflicts.length === 0 ? undefined : (
        <section className="conflicts">
          <b>{t('web.clients.conflicts', { count: conflicts.length })}</b>
          <ul>
            {conflicts.map(({ row, reason, matched }) => (
              <li key={row.room}>
                <Link to={paths.room} params={{ code: row.code }} target="_blank">
                  {row.name ?? row.code}
                </Link>
                <code className="muted">{row.code}</code>
                <span className="muted">
                  {reason === 'same'
                    ? t('web.clients.conflicts.same')
                    : reason === 'alias'
                      ? t('web.clients.conflicts.alias', { alias: matched })
                      : matched === row.name
                        ? t('web.clients.conflicts.similar')
                        : t('web.clients.conflicts.similar-alias', { alias: matched })}
                </span>
              </li>
            ))}
          </ul>
          {isComplete ? undefined : <span className="muted">{t('web.clients.conflicts.later')}</span>}
        </section>
      )}
    </div>
  );
}
