/**
 * A field that finds one of many, such as a person: type, choose with arrows and Enter. The list may answer later; an answer to an
 * older word is thrown away. An option that cannot be chosen says why and stays in the list.
 */
import { Check, ChevronsUpDown } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Field } from '../field/field.tsx';
import type { FieldWords } from '../field/field.tsx';
import { useFloating } from '../floating/use-floating.ts';
import './combobox.css';

export interface ComboboxOption {
  readonly id: string;
  readonly label: string;
  /** Under the label. */
  readonly detail?: ReactNode;
  readonly icon?: ReactNode;
  /** Why it cannot be chosen. */
  readonly disabledReason?: string | undefined;
}

export interface ComboboxProps extends FieldWords {
  readonly value: ComboboxOption | undefined;
  readonly onChange: (value: ComboboxOption | undefined) => void;
  /** Options for what was typed, best first; empty text: all or the likely ones. */
  readonly find: (query: string) => readonly ComboboxOption[] | Promise<readonly ComboboxOption[]>;
  /** Said where nothing is found. */
  readonly emptyText: string;
  readonly placeholder?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}

export function Combobox({
  label,
  hint,
  error,
  note,
  isLabelHidden,
  value,
  onChange,
  find,
  emptyText,
  placeholder,
  autoFocus = false,
}: ComboboxProps): ReactNode {
  const { t } = useTexts();
  const listId = useId();
  const anchor = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const asked = useRef(0);
  const [isOpen, setIsOpen] = useState(false);
  const [word, setWord] = useState<string | undefined>(undefined);
  const [options, setOptions] = useState<readonly ComboboxOption[] | undefined>(undefined);
  const [active, setActive] = useState(0);
  useFloating({ isOpen, anchor, layer, isAsWide: true, content: options });

  const query = word ?? '';
  useEffect(() => {
    if (!isOpen) return;
    asked.current += 1;
    const turn = asked.current;
    void Promise.resolve(find(query)).then(
      (found) => {
        if (turn !== asked.current) return;
        setOptions(found);
        setActive(
          Math.max(
            0,
            found.findIndex((option) => option.disabledReason === undefined),
          ),
        );
      },
      () => {
        // A list that could not be had is an empty list here; the screen that asks says what failed.
        if (turn === asked.current) setOptions([]);
      },
    );
  }, [isOpen, query, find]);
  useEffect(() => {
    layer.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const close = (): void => {
    setIsOpen(false);
    setWord(undefined);
  };
  const choose = (option: ComboboxOption | undefined): void => {
    if (option === undefined || option.disabledReason !== undefined) return;
    onChange(option);
    close();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const count = options?.length ?? 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) setIsOpen(true);
      else if (count > 0) setActive((active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      choose(options?.[active]);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Backspace' && value !== undefined && word === undefined) {
      onChange(undefined);
      setWord('');
      setIsOpen(true);
    }
  };
  const activeId = isOpen && options?.[active] !== undefined ? `${listId}-${active}` : undefined;
  return (
    <Field label={label} hint={hint} error={error} note={note} isLabelHidden={isLabelHidden}>
      {(control) => (
        <div
          ref={anchor}
          className="combobox"
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) close();
          }}
        >
          {value?.icon !== undefined && word === undefined ? (
            <span className="combobox-icon">{value.icon}</span>
          ) : undefined}
          <input
            {...control}
            className="input"
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={activeId}
            autoComplete="off"
            spellCheck={false}
            autoFocus={autoFocus}
            placeholder={placeholder}
            value={word ?? value?.label ?? ''}
            onChange={(event) => {
              setWord(event.target.value);
              setIsOpen(true);
            }}
            onClick={() => setIsOpen(true)}
            onKeyDown={press}
          />
          <ChevronsUpDown aria-hidden="true" className="combobox-sign" />
          <div ref={layer} popover="manual" className="menu combobox-layer">
            <div id={listId} role="listbox" aria-label={typeof label === 'string' ? label : emptyText}>
              {options?.map((option, index) => (
                <div
                  key={option.id}
                  id={`${listId}-${index}`}
                  role="option"
                  className="menu-item combobox-option"
                  aria-selected={option.id === value?.id}
                  aria-disabled={option.disabledReason === undefined ? undefined : true}
                  data-active={index === active ? '' : undefined}
                  onPointerDown={(event) => event.preventDefault()}
                  onPointerMove={() => setActive(index)}
                  onClick={() => choose(option)}
                >
                  {option.icon}
                  <span className="menu-words">
                    {option.label}
                    {option.detail === undefined ? undefined : (
                      <span className="menu-reason muted">{option.detail}</span>
                    )}
                    {option.disabledReason === undefined ? undefined : (
                      <span className="menu-reason">{option.disabledReason}</span>
                    )}
                  </span>
                  {option.id === value?.id ? <Check aria-hidden="true" /> : undefined}
                </div>
              ))}
            </div>
            <p className="combobox-empty" role="status">
              {options === undefined ? t('web.ui.searching') : options.length === 0 ? emptyText : ''}
            </p>
          </div>
        </div>
      )}
    </Field>
  );
}
