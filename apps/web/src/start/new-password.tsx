/** A new password, twice, with its strength shown while it is typed. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { PasswordField } from '../ui/index.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { measureStrength } from '../strength/measure-strength.ts';
import { passwordLengthMin, strengthMin } from '../strength/strength.ts';
import type { Strength } from '../strength/strength.ts';

/** A password as far as it is typed. */
export interface NewPasswordValue {
  readonly password: string;
  readonly again: string;
  readonly strength?: Strength;
}

export const emptyPassword: NewPasswordValue = { password: '', again: '' };

/** Whether a password may be used. */
export function isPasswordReady({ password, again, strength }: NewPasswordValue): boolean {
  return (
    password.length >= passwordLengthMin &&
    password === again &&
    strength !== undefined &&
    strength >= strengthMin
  );
}

export function NewPassword({
  value,
  onChange,
  ownWords,
}: {
  readonly value: NewPasswordValue;
  readonly onChange: (value: NewPasswordValue) => void;
  /** Words that a guesser would try first. */
  readonly ownWords: readonly string[];
}): ReactNode {
  const { t, locale, find } = useTexts();
  const [hasLeft, setHasLeft] = useState(false);
  const { password, again, strength } = value;
  useEffect(() => {
    if (password === '' || strength !== undefined) return undefined;
    let isCurrent = true;
    void measureStrength(password, ownWords, locale).then((measured) => {
      if (isCurrent) onChange({ password, again, strength: measured });
    });
    return () => {
      isCurrent = false;
    };
  }, [password, again, strength, ownWords, locale, onChange]);
  const isShort = password !== '' && password.length < passwordLengthMin;
  return (
    <>
      <PasswordField
        label={t('web.start.password.label')}
        autoComplete="new-password"
        value={password}
        maxLength={256}
        hint={t('web.start.password.short', { count: passwordLengthMin })}
        onChange={(typed) => onChange({ password: typed, again })}
      />
      <div className="strength" role="status">
        <div
          className="strength-bars"
          aria-hidden="true"
          data-good={(strength ?? 0) >= strengthMin ? '' : undefined}
        >
          {[1, 2, 3, 4].map((bar) => (
            <span
              key={bar}
              data-on={!isShort && strength !== undefined && strength >= bar ? '' : undefined}
            />
          ))}
        </div>
        {strength === undefined || password === '' || isShort ? (
          <span>{t('web.start.strength.label')}</span>
        ) : (
          <span>{find(`web.start.strength.${String(strength)}`)}</span>
        )}
      </div>
      <PasswordField
        label={t('web.start.password.again')}
        autoComplete="new-password"
        value={again}
        maxLength={256}
        error={hasLeft && again !== '' && again !== password ? t('web.start.password.differs') : undefined}
        onBlur={() => setHasLeft(true)}
        onChange={(typed) => onChange({ ...value, again: typed })}
      />
    </>
  );
}
