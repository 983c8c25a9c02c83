/** A menu button: one tab stop; arrows, Home, End and letters move inside, Escape and Tab close. */
import { Ellipsis } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { IconButton, Button } from '../button/button.tsx';
import type { ButtonSize, ButtonVariant } from '../button/button.tsx';
import { useFloating } from '../floating/use-floating.ts';
import { Kbd } from '../kbd/kbd.tsx';
import './menu.css';

/** What a link in a menu gets: spread it on the router's link. */
export interface MenuLinkProps {
  readonly className: string;
  readonly role: 'menuitem';
  readonly tabIndex: -1;
  readonly children: ReactNode;
  readonly onClick: () => void;
}

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string | undefined;
  readonly isDanger?: boolean | undefined;
  /** Why it cannot be used now; shown under the label. */
  readonly disabledReason?: string | undefined;
  /** Set: the item is one of a choice, with a tick when true. */
  readonly isChecked?: boolean | undefined;
  readonly onSelect?: (() => void) | undefined;
  /** Makes the item a link. */
  readonly render?: ((props: MenuLinkProps) => ReactElement) | undefined;
}

/** An action, or a rule between groups. */
export type MenuItem = MenuAction | { readonly id: string; readonly isSeparator: true };

export interface MenuProps {
  /** Names the menu: `Actions for HR annex.pdf`. Also the button's name where it shows an icon only. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Words on the button; absent: an icon only. */
  readonly buttonLabel?: string | undefined;
  readonly icon?: ReactNode;
  readonly variant?: ButtonVariant | undefined;
  readonly size?: ButtonSize | undefined;
  readonly align?: 'start' | 'end' | undefined;
  /** Off inside a grid, whose rows are the tab stop. */
  readonly isTabStop?: boolean | undefined;
}

export function Menu({
  label,
  items,
  buttonLabel,
  icon,
  variant,
  size = 's',
  align = 'end',
  isTabStop = true,
}: MenuProps): ReactNode {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useFloating({ isOpen, anchor, layer, align, content: items });

  const entries = (): readonly HTMLElement[] => [
    ...(layer.current?.querySelectorAll<HTMLElement>('.menu-item') ?? []),
  ];
  const close = (isFocusBack: boolean): void => {
    if (isFocusBack) anchor.current?.querySelector<HTMLElement>('button')?.focus();
    setIsOpen(false);
  };
  const open = (end: 'first' | 'last'): void => {
    setIsOpen(true);
    queueMicrotask(() =>
      requestAnimationFrame(() =>
        entries()
          .at(end === 'first' ? 0 : -1)
          ?.focus(),
      ),
    );
  };
  const move = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (index: number): void => {
      event.preventDefault();
      all.at(index % all.length)?.focus();
    };
    event.stopPropagation();
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(-1);
    else if (event.key === 'Tab') close(false);
    else if (event.key === 'Escape') {
      event.preventDefault();
      close(true);
    } else if (
      event.key.length === 1 &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      event.key !== ' '
    ) {
      const letter = event.key.toLocaleLowerCase();
      const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      order.find((entry) => entry.textContent.trim().toLocaleLowerCase().startsWith(letter))?.focus();
    }
  };
  const trigger = {
    'aria-haspopup': 'menu' as const,
    'aria-expanded': isOpen,
    'aria-controls': isOpen ? id : undefined,
    tabIndex: isTabStop ? undefined : -1,
    onClick: () => (isOpen ? close(true) : open('first')),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      event.stopPropagation();
      open(event.key === 'ArrowDown' ? 'first' : 'last');
    },
  };
  return (
    <span
      ref={anchor}
      className="menu-anchor"
      onBlur={(event) => {
        if (isOpen && !event.currentTarget.contains(event.relatedTarget)) close(false);
      }}
    >
      {buttonLabel === undefined ? (
        <IconButton
          {...trigger}
          label={label}
          isTooltipOff
          icon={icon ?? <Ellipsis aria-hidden="true" />}
          variant={variant ?? 'quiet'}
          size={size}
        />
      ) : (
        <Button {...trigger} icon={icon} variant={variant} size={size}>
          {buttonLabel}
        </Button>
      )}
      <div
        ref={layer}
        id={id}
        popover="manual"
        role="menu"
        aria-label={label}
        className="menu"
        onKeyDown={move}
      >
        {isOpen
          ? items.map((item) => <MenuEntry key={item.id} item={item} onDone={() => close(true)} />)
          : undefined}
      </div>
    </span>
  );
}

function MenuEntry({ item, onDone }: { readonly item: MenuItem; readonly onDone: () => void }): ReactNode {
  // A rule between groups is a bare line to the eye and a separator to a screen reader.
  if ('isSeparator' in item) return <div role="separator" className="menu-rule" />;
  const words = (
    <>
      <span className="menu-icon" aria-hidden="true">
        {item.isChecked === true ? '✓' : item.icon}
      </span>
      <span className="menu-words">
        {item.label}
        {item.disabledReason === undefined ? undefined : (
          <span className="menu-reason">{item.disabledReason}</span>
        )}
      </span>
      {item.shortcut === undefined ? undefined : <Kbd keys={item.shortcut} />}
    </>
  );
  const className = item.isDanger === true ? 'menu-item menu-item-danger' : 'menu-item';
  if (item.render !== undefined && item.disabledReason === undefined)
    return item.render({ className, role: 'menuitem', tabIndex: -1, children: words, onClick: onDone });
  return (
    <button
      type="button"
      className={className}
      role={item.isChecked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={item.isChecked}
      aria-disabled={item.disabledReason === undefined ? undefined : true}
      tabIndex={-1}
      onClick={() => {
        if (item.disabledReason !== undefined) return;
        onDone();
        item.onSelect?.();
      }}
    >
      {words}
    </button>
  );
}
