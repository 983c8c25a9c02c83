import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Field } from './field.tsx';
import type { FieldWords } from './field.tsx';

type Own = 'id' | 'value' | 'onChange' | 'children' | 'aria-describedby' | 'aria-invalid';

export interface TextFieldProps extends FieldWords, Omit<ComponentProps<'input'>, Own | 'type'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'number' | undefined;
  /** For codes and groups. */
  readonly isMono?: boolean | undefined;
  /** Stands after the field in one line, such as a button. */
  readonly after?: ReactNode;
}

/** One line of text. */
export function TextField({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  onChange,
  type = 'text',
  isMono = false,
  after,
  ...rest
}: TextFieldProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <div className="field-row">
          <input
            autoComplete="off"
            {...rest}
            {...control}
            type={type}
            className={isMono ? 'input input-mono' : 'input'}
            onChange={(event) => onChange(event.target.value)}
          />
          {after}
        </div>
      )}
    </Field>
  );
}

export interface TextAreaProps extends FieldWords, Omit<ComponentProps<'textarea'>, Own> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Several lines of text; grows with what is written where the browser can. */
export function TextArea({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  onChange,
  ...rest
}: TextAreaProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <textarea
          rows={3}
          autoComplete="off"
          {...rest}
          {...control}
          className="input text-area"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface PasswordFieldProps extends FieldWords, Omit<ComponentProps<'input'>, Own | 'type'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Which password managers should do what. */
  readonly autoComplete: 'current-password' | 'new-password' | 'one-time-code' | 'off';
}

/** A password, with a button that shows it. */
export function PasswordField({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  onChange,
  autoComplete,
  ...rest
}: PasswordFieldProps): ReactNode {
  const { t } = useTexts();
  const [isShown, setIsShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <div className="input-frame">
          <input
            spellCheck={false}
            autoCapitalize="none"
            {...rest}
            {...control}
            // A password that is shown is a text to the browser, which keeps texts of a page on the disk for when it is opened again.
            autoComplete={isShown ? 'off' : autoComplete}
            type={isShown ? 'text' : 'password'}
            className="input"
            onChange={(event) => onChange(event.target.value)}
          />
          <button
            type="button"
            className="input-button"
            aria-pressed={isShown}
            aria-label={t('web.ui.password.show')}
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
          </button>
        </div>
      )}
    </Field>
  );
}
