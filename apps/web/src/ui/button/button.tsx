/**
 * Buttons. One that cannot be used now stays in reach and says why: `disabledReason` makes it `aria-disabled`, shows the reason on
 * hover and focus, and nothing happens when it is pressed.
 */
import { useId } from 'react';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { Spinner } from '../progress/spinner.tsx';
import { Tooltip } from '../tooltip/tooltip.tsx';
import './button.css';

export type ButtonVariant = 'default' | 'primary' | 'quiet' | 'danger';
export type ButtonSize = 's' | 'm';

interface ButtonLook {
  readonly variant?: ButtonVariant | undefined;
  readonly size?: ButtonSize | undefined;
}

/** The class of a button, for links that look like one: `<Link className={buttonClass({ variant: 'primary' })}>`. */
export function buttonClass({
  variant = 'default',
  size = 'm',
  isIconOnly = false,
  className,
}: ButtonLook & { readonly isIconOnly?: boolean; readonly className?: string | undefined } = {}): string {
  const parts = ['button', `button-${variant}`, `button-${size}`];
  if (isIconOnly) parts.push('button-icon-only');
  if (className !== undefined) parts.push(className);
  return parts.join(' ');
}

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'>, ButtonLook {
  /** Stands before the words. */
  readonly icon?: ReactNode;
  /** Work is under way: the button is busy and cannot be pressed again. */
  readonly pending?: boolean | undefined;
  /** Why it cannot be used now; absent: it can. */
  readonly disabledReason?: string | undefined;
}

/** A button. `type` is `button` unless said otherwise. */
export function Button({
  variant,
  size,
  icon,
  pending = false,
  disabledReason,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  const reasonId = useId();
  const isOff = disabledReason !== undefined || pending;
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (isOff) event.preventDefault();
    else onClick?.(event);
  };
  const describedBy = [rest['aria-describedby'], disabledReason === undefined ? undefined : reasonId]
    .filter((id) => id !== undefined)
    .join(' ');
  const button = (
    <button
      type="button"
      {...rest}
      className={buttonClass({ variant, size, className, isIconOnly: children === undefined })}
      aria-disabled={isOff || undefined}
      aria-busy={pending || undefined}
      aria-describedby={describedBy === '' ? undefined : describedBy}
      onClick={press}
    >
      {pending ? <Spinner /> : icon}
      {children}
    </button>
  );
  if (disabledReason === undefined) return button;
  return (
    <Tooltip text={disabledReason} id={reasonId}>
      {button}
    </Tooltip>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children' | 'aria-label'> {
  /** What it does; said to screen readers and shown as a tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Shown in the tooltip after the label, such as `Ctrl K`. */
  readonly shortcut?: string | undefined;
  /** The label is not shown as a tooltip, such as on a button that opens a menu of the same name. */
  readonly isTooltipOff?: boolean | undefined;
}

/** A button with an icon for a face. */
export function IconButton({
  label,
  shortcut,
  isTooltipOff = false,
  variant = 'quiet',
  ...rest
}: IconButtonProps): ReactNode {
  const button = <Button {...rest} variant={variant} aria-label={label} />;
  if (isTooltipOff || rest.disabledReason !== undefined) return button;
  return (
    <Tooltip text={label} shortcut={shortcut} isLabel>
      {button}
    </Tooltip>
  );
}
