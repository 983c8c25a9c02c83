/**
 * A modal layer on the browser's own dialog: it keeps focus inside, makes the page behind inert, closes on Escape and gives focus
 * back. At most one deep: a dialog never opens another. Mount it when it is to be open: `{isOpen && <Dialog …/>}`.
 */
import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTexts } from '../../texts/texts-context.tsx';
import { IconButton } from '../button/button.tsx';
import './dialog.css';

export interface DialogProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** s 420, m 520, l 760 px; `side` is a drawer at the right edge, the whole width on a phone. */
  readonly size?: 's' | 'm' | 'l' | 'side' | undefined;
  /** Buttons; the one that acts first. */
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  /** Work is under way: it cannot be closed. */
  readonly isBusy?: boolean | undefined;
  /** Makes body and footer one form, so that Enter acts. */
  readonly onSubmit?: (() => void) | undefined;
  readonly role?: 'dialog' | 'alertdialog' | undefined;
  readonly children?: ReactNode;
}

export function Dialog({
  title,
  description,
  size = 'm',
  footer,
  onClose,
  isBusy = false,
  onSubmit,
  role = 'dialog',
  children,
}: DialogProps): ReactNode {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return undefined;
    const before = document.activeElement;
    if (!element.open) {
      element.showModal();
      // The browser would choose the button that closes: a form begins at its first field, a question at the way out, and what only
      // tells something at what comes next.
      element
        .querySelector<HTMLElement>(
          role === 'alertdialog'
            ? '.dialog-body input, .dialog-footer .button:last-child'
            : '.dialog-body :is(input, select, textarea), .dialog-footer .button-primary',
        )
        ?.focus();
    }
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [role]);
  const inside = (
    <>
      <div className="dialog-body">{children}</div>
      {footer === undefined ? undefined : <footer className="dialog-footer">{footer}</footer>}
    </>
  );
  // At the end of the page: what stands round the button that opened it does not colour it.
  return createPortal(
    <dialog
      ref={dialog}
      className={`dialog dialog-${size}`}
      role={role}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) onClose();
      }}
      onKeyDown={(event) => {
        // Chromium closes at the second Escape whatever was prevented; here it is the page's word alone.
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        if (!isBusy) onClose();
      }}
    >
      <header className="dialog-head">
        <div>
          <h2 id={`${id}-title`} className="dialog-title">
            {title}
          </h2>
          {description === undefined ? undefined : (
            <p id={`${id}-description`} className="dialog-description">
              {description}
            </p>
          )}
        </div>
        <IconButton
          icon={<X aria-hidden="true" />}
          label={t('web.ui.close')}
          isTooltipOff
          size="s"
          onClick={() => {
            if (!isBusy) onClose();
          }}
        />
      </header>
      {onSubmit === undefined ? (
        inside
      ) : (
        <form
          autoComplete="off"
          noValidate
          className="dialog-form"
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            if (!isBusy) onSubmit();
          }}
        >
          {inside}
        </form>
      )}
    </dialog>,
    document.body,
  );
}
