/** Find or do: clients by name or code, screens, and what can be done here. Opened with Ctrl or Cmd K from anywhere. */
import { Search } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { after } from '../../clock.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { Kbd } from '../../ui/index.ts';
import type { Command } from './command.ts';
import { rankCommands } from './rank-commands.ts';
import './command-palette.css';

const askAgainMs = 400;

/** A client that the query finds. */
export interface FoundClient {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** The class as a key. */
  readonly mark?: ReactNode;
  readonly onOpen: () => void;
}

export interface FoundClients {
  readonly clients: readonly FoundClient[];
  /** False: names are still being decrypted, so there may be more in a moment. */
  readonly isComplete: boolean;
}

export interface CommandPaletteProps {
  /** What the screen offers. */
  readonly here: readonly Command[];
  readonly go: readonly Command[];
  readonly anywhere: readonly Command[];
  readonly findClients: (query: string) => Promise<FoundClients>;
  /** Lines of the ledgers that a number names. */
  readonly findLines: (query: string) => Promise<readonly Command[]>;
  /** Where the person was lately, for an empty query. */
  readonly readLately: () => Promise<readonly Command[]>;
  readonly onClose: () => void;
}

interface Entry {
  readonly id: string;
  readonly face: ReactNode;
  readonly reason?: string | undefined;
  readonly run: () => void;
}

export function CommandPalette({
  here,
  go,
  anywhere,
  findClients,
  findLines,
  readLately,
  onClose,
}: CommandPaletteProps): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const asked = useRef(0);
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly FoundClient[]>([]);
  const [lines, setLines] = useState<readonly Command[]>([]);
  const [lately, setLately] = useState<readonly Command[]>([]);
  const [isLooking, setIsLooking] = useState(false);
  // What the shown clients and lines were asked for: while it is not what the field says, the first entry is not yet known.
  const [clientsFor, setClientsFor] = useState('');
  const [linesFor, setLinesFor] = useState('');
  /** The entry that the person chose; undefined: the first, whatever it becomes. */
  const [chosen, setChosen] = useState<string>();
  const [isDue, setIsDue] = useState(false);

  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) {
      element.showModal();
      element.querySelector('input')?.focus();
    }
    return () => {
      element?.close();
      // Where a command has put the focus elsewhere, it stays there.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => {
    asked.current += 1;
    const turn = asked.current;
    const wanted = query.trim();
    let cancel: (() => void) | undefined;
    const ask = async (): Promise<void> => {
      // The list of clients says what failed; here commands still work.
      const answer = await findClients(wanted).catch(() => ({ clients: [], isComplete: true }));
      if (turn !== asked.current) return;
      setFound(answer.clients);
      setClientsFor(wanted);
      setIsLooking(!answer.isComplete);
      if (!answer.isComplete) cancel = after(askAgainMs, () => void ask());
    };
    const askLines = async (): Promise<void> => {
      const answer = await findLines(wanted).catch(() => []);
      if (turn !== asked.current) return;
      setLines(answer);
      setLinesFor(wanted);
    };
    void askLines();
    if (wanted === '') setFound([]);
    else void ask();
    setIsLooking(wanted !== '');
    return () => cancel?.();
  }, [query, findClients, findLines]);
  useEffect(() => {
    // Without it everything is found as before.
    readLately().then(setLately, () => undefined);
  }, [readLately]);

  const sections = useMemo(() => {
    const commands = (section: string, all: readonly Command[]): readonly Entry[] =>
      plain(section, rankCommands(all, query));
    function plain(section: string, all: readonly Command[]): readonly Entry[] {
      return all.map((command) => ({
        id: `${section}-${command.id}`,
        face: <CommandFace command={command} />,
        reason: command.disabledReason,
        run: command.onRun,
      }));
    }
    const clients = found.map((client): Entry => ({
      id: `client-${client.id}`,
      face: <ClientFace client={client} />,
      run: client.onOpen,
    }));
    return [
      { id: 'lines', title: t('web.shell.palette.lines'), entries: plain('line', lines) },
      { id: 'clients', title: t('web.shell.palette.clients'), entries: clients },
      {
        id: 'lately',
        title: t('web.shell.palette.lately'),
        entries: query.trim() === '' ? plain('lately', lately) : [],
      },
      { id: 'here', title: t('web.shell.palette.here'), entries: commands('here', here) },
      { id: 'go', title: t('web.shell.palette.go'), entries: commands('go', go) },
      { id: 'do', title: t('web.shell.palette.do'), entries: commands('do', anywhere) },
    ].filter(({ entries }) => entries.length > 0);
  }, [anywhere, found, go, here, lately, lines, query, t]);
  const entries = sections.flatMap((section): readonly Entry[] => section.entries);
  const at = Math.max(
    0,
    entries.findIndex((entry) => entry.id === chosen),
  );
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [at, query]);

  const run = (entry: Entry | undefined): void => {
    if (entry === undefined || entry.reason !== undefined) return;
    onClose();
    entry.run();
  };
  const wanted = query.trim();
  // While names are still being decrypted the best of them may be to come.
  const isAnswered = wanted === '' || (!isLooking && clientsFor === wanted && linesFor === wanted);
  useEffect(() => {
    if (!isDue || !isAnswered) return;
    setIsDue(false);
    run(entries[at]);
  });
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const count = entries.length;
    const isDown = event.key === 'ArrowDown' || (event.ctrlKey && event.key === 'n');
    const isUp = event.key === 'ArrowUp' || (event.ctrlKey && event.key === 'p');
    if ((isDown || isUp) && count > 0) setChosen(entries[(at + (isDown ? 1 : count - 1)) % count]?.id);
    else if (event.key === 'Enter' && chosen === undefined && !isAnswered) setIsDue(true);
    else if (event.key === 'Enter') run(entries[at]);
    else if (event.key === 'Escape') onClose();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const activeId = entries[at] === undefined ? undefined : `${id}-${entries[at].id}`;
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('web.shell.find')}
      onKeyDown={press}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="palette-frame">
        <div className="palette-field">
          <Search aria-hidden="true" />
          <input
            type="text"
            role="combobox"
            aria-label={t('web.shell.find')}
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={activeId}
            aria-autocomplete="list"
            placeholder={t('web.shell.palette.placeholder')}
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setChosen(undefined);
              setIsDue(false);
            }}
          />
          <button type="button" className="palette-close" onClick={onClose}>
            <Kbd keys="Esc" />
            <span className="visually-hidden">{t('web.ui.close')}</span>
          </button>
        </div>
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={t('web.shell.find')}
          className="palette-list"
        >
          {sections.map((section) => (
            <div key={section.id} role="group" aria-labelledby={`${id}-${section.id}`}>
              <p id={`${id}-${section.id}`} className="palette-title" role="presentation">
                {section.title}
              </p>
              {section.entries.map((entry) => (
                <div
                  key={entry.id}
                  id={`${id}-${entry.id}`}
                  role="option"
                  className="palette-entry"
                  aria-selected={entry === entries[at]}
                  aria-disabled={entry.reason === undefined ? undefined : true}
                  data-active={entry === entries[at] ? '' : undefined}
                  onPointerDown={(event) => event.preventDefault()}
                  onPointerMove={() => setChosen(entry.id)}
                  onClick={() => run(entry)}
                >
                  {entry.face}
                </div>
              ))}
            </div>
          ))}
        </div>
        <p className="palette-none" role="status">
          {isDue || (entries.length === 0 && isLooking)
            ? t('web.ui.searching')
            : entries.length === 0
              ? t('web.shell.palette.none')
              : ''}
        </p>
      </div>
    </dialog>
  );
}

function CommandFace({ command }: { readonly command: Command }): ReactNode {
  const keys = command.letter ?? command.keys;
  return (
    <>
      <span className="palette-icon">{command.icon}</span>
      <span className="palette-words">
        {command.label}
        {command.disabledReason === undefined ? undefined : (
          <span className="palette-under">{command.disabledReason}</span>
        )}
      </span>
      {keys === undefined ? undefined : <Kbd keys={keys} />}
    </>
  );
}

function ClientFace({ client }: { readonly client: FoundClient }): ReactNode {
  return (
    <>
      <span className="mono palette-code">{client.code}</span>
      <span className="palette-words">{client.name}</span>
      {client.mark}
    </>
  );
}
