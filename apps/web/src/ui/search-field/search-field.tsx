/** A field to search with. `label` says what is searched, such as `Find in Dubois Holdings`. `/` finds it by `data-search`. */
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import './search-field.css';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Words of the button that empties it. */
  readonly clearLabel: string;
  readonly size?: 's' | 'm' | undefined;
  readonly isFocusedFirst?: boolean | undefined;
  /** Arrow down leaves for the list, such as a grid's first row. */
  readonly onArrowDown?: (() => void) | undefined;
  readonly onEnter?: (() => void) | undefined;
}

export function SearchField({
  label,
  value,
  onChange,
  clearLabel,
  size = 'm',
  isFocusedFirst = false,
  onArrowDown,
  onEnter,
}: SearchFieldProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && onArrowDown !== undefined) {
      event.preventDefault();
      onArrowDown();
    }
    if (event.key === 'Enter') onEnter?.();
    if (event.key === 'Escape') {
      // Once for the words, once more to leave the field for the keys of the screen.
      if (value === '') input.current?.blur();
      else {
        event.preventDefault();
        event.stopPropagation();
        onChange('');
      }
    }
  };
  return (
    <div className={`search-field search-field-${size}`} role="search">
      <Search aria-hidden="true" />
      <input
        ref={input}
        type="search"
        data-search=""
        aria-label={label}
        placeholder={label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        // The list under it is why the screen was opened; said by the design (search is focused on open).
        autoFocus={isFocusedFirst}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
      />
      {value === '' ? undefined : (
        <button
          type="button"
          className="search-field-clear"
          aria-label={clearLabel}
          onClick={() => {
            onChange('');
            input.current?.focus();
          }}
        >
          <X aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
