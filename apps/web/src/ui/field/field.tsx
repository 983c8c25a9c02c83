/** A label, a control, a hint and an error that belong together. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import './field.css';

/** What every field takes. */
export interface FieldWords {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong, in words; absent: nothing. */
  readonly error?: ReactNode;
  /** Said after the label, such as `optional`. */
  readonly note?: string | undefined;
  /** The label is for screen readers only. */
  readonly isLabelHidden?: boolean | undefined;
}

/** What a control gets from its field. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

export interface FieldProps extends FieldWords {
  readonly className?: string | undefined;
  readonly children: (control: ControlProps) => ReactNode;
}

export function Field({
  label,
  hint,
  error,
  note,
  isLabelHidden = false,
  className,
  children,
}: FieldProps): ReactNode {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [
    hint === undefined ? undefined : hintId,
    error === undefined ? undefined : errorId,
  ].filter((part) => part !== undefined);
  return (
    <div className={className === undefined ? 'field' : `field ${className}`}>
      <label className={isLabelHidden ? 'visually-hidden' : 'field-label'} htmlFor={id}>
        {label}
        {note === undefined ? undefined : <span className="field-note"> {note}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hint === undefined ? undefined : (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
      <div id={errorId} className="field-error" aria-live="polite">
        {error}
      </div>
    </div>
  );
}
