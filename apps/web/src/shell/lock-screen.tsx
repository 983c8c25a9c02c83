import { useState } from 'react';
import type { ReactNode } from 'react';
import type { SessionState } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, PasswordField } from '../ui/index.ts';

/** Asks for the password again. Nothing of the app is in the page. */
export function LockScreen({ session }: { readonly session: Extract<SessionState, { kind: 'locked' }> }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  return (
    <main>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keys.session.unlock({ password }).catch(setError);
        }}
      >
        <h1>{session.personName ?? t('web.start.brand')}</h1>
        <PasswordField label={t('web.start.password.label')} autoComplete="current-password" value={password} onChange={setPassword} />
        <ErrorView error={error} />
        <Button type="submit" variant="primary">{t('web.start.signin.submit')}</Button>
      </form>
    </main>
  );
}
