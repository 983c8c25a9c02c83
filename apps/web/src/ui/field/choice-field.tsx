import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { Field } from './field.tsx';
import type { FieldWords } from './field.tsx';

export interface SelectOption<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly isDisabled?: boolean | undefined;
}

export interface NativeSelectProps<V extends string>
  extends
    FieldWords,
    Omit<
      ComponentProps<'select'>,
      'id' | 'value' | 'onChange' | 'children' | 'size' | 'aria-describedby' | 'aria-invalid'
    > {
  readonly value: V;
  readonly options: readonly SelectOption<V>[];
  readonly onChange: (value: V) => void;
  readonly size?: 's' | 'm' | undefined;
}

/** One of a few, in the system's own list: the surest on phones and for screen readers. */
export function NativeSelect<V extends string>({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  options,
  onChange,
  size = 'm',
  ...rest
}: NativeSelectProps<V>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <select
          autoComplete="off"
          {...rest}
          {...control}
          className={`input select select-${size}`}
          onChange={(event) => onChange(event.target.value as V)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.isDisabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface CheckboxProps {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** Some, but not all, of what it stands for. */
  readonly isMixed?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly isLabelHidden?: boolean | undefined;
}

/** Yes or no, at once. */
export function Checkbox({
  label,
  isChecked,
  onChange,
  hint,
  error,
  isMixed = false,
  isDisabled = false,
  isLabelHidden = false,
}: CheckboxProps): ReactNode {
  const id = useId();
  const hasWords = hint !== undefined || error !== undefined;
  return (
    <div className="choice">
      <input
        ref={(input) => {
          if (input !== null) input.indeterminate = isMixed;
        }}
        id={id}
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        aria-describedby={hasWords ? `${id}-words` : undefined}
        aria-invalid={error === undefined ? undefined : true}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className={isLabelHidden ? 'visually-hidden' : 'choice-words'}>
        <label htmlFor={id}>{label}</label>
        {hasWords ? (
          <div id={`${id}-words`}>
            {hint === undefined ? undefined : <p className="field-hint">{hint}</p>}
            {error === undefined ? undefined : <p className="field-error">{error}</p>}
          </div>
        ) : undefined}
      </div>
    </div>
  );
}

export interface RadioOption<V extends string> {
  readonly value: V;
  readonly label: ReactNode;
  /** What it means, in one line. */
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean | undefined;
}

export interface RadioGroupProps<V extends string> {
  readonly label: ReactNode;
  readonly value: V | undefined;
  readonly options: readonly RadioOption<V>[];
  readonly onChange: (value: V) => void;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** Beside each other instead of one under the other. */
  readonly isInline?: boolean | undefined;
  /** Each choice in a frame of its own. */
  readonly isFramed?: boolean | undefined;
}

/** One of a few, all in sight. */
export function RadioGroup<V extends string>({
  label,
  value,
  options,
  onChange,
  hint,
  error,
  isInline = false,
  isFramed = false,
}: RadioGroupProps<V>): ReactNode {
  const name = useId();
  return (
    <fieldset
      className="radio-group"
      aria-describedby={hint === undefined && error === undefined ? undefined : `${name}-words`}
    >
      <legend className="field-label">{label}</legend>
      <div
        className="radio-options"
        data-inline={isInline ? '' : undefined}
        data-framed={isFramed ? '' : undefined}
      >
        {options.map((option) => {
          const id = `${name}-${option.value}`;
          return (
            <div key={option.value} className="choice">
              <input
                id={id}
                type="radio"
                name={name}
                value={option.value}
                checked={value === option.value}
                disabled={option.isDisabled}
                aria-describedby={option.hint === undefined ? undefined : `${id}-hint`}
                onChange={() => onChange(option.value)}
              />
              <div className="choice-words">
                <label htmlFor={id}>{option.label}</label>
                {option.hint === undefined ? undefined : (
                  <p id={`${id}-hint`} className="field-hint">
                    {option.hint}
                  </p>
                )}
              </div>
            </div>
          );
        })}
      </div>
      <div id={`${name}-words`} aria-live="polite">
        {hint === undefined ? undefined : <p className="field-hint">{hint}</p>}
        {error === undefined ? undefined : <p className="field-error">{error}</p>}
      </div>
    </fieldset>
  );
}

export interface DateFieldProps extends FieldWords {
  /** `2026-11-22`, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}

/** A day, in the system's own picker. */
export function DateField({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  onChange,
  ...rest
}: DateFieldProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <input
          autoComplete="off"
          {...rest}
          {...control}
          type="date"
          className="input input-date"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
