/**
 * Where log lines go. Programs read JSON lines from stderr; somebody at a terminal reads words, and the lines go to files in the home.
 */
import { join } from 'node:path';
import type { Locale } from '@strongroom/texts';
import { consoleText } from './console-texts.ts';
import type { LogEvent } from './log.ts';
import { createLogFile } from './log-file.ts';

type SeriousEvent = Extract<LogEvent, 'failed' | 'warden.gone' | 'restore-mode'>;

/** Events that somebody at a terminal is told. */
const serious: ReadonlySet<string> = new Set<SeriousEvent>(['failed', 'warden.gone', 'restore-mode']);

/** @param write writes to stderr */
export function createLogSink(
  options: {
    readonly home: string;
    readonly locale: Locale;
    readonly isTerminal: boolean;
    readonly isJson: boolean;
  },
  write: (text: string) => void,
): (line: string) => void {
  if (!options.isTerminal || options.isJson) return write;
  const path = join(options.home, 'logs', 'server.log');
  const append = createLogFile(path);
  return (line) => {
    try {
      append(line);
    } catch {
      // A full disk does not end the server: what cannot be kept is at least shown.
      write(line);
    }
    const { event } = JSON.parse(line) as { readonly event: LogEvent };
    if (isSerious(event)) write(`${consoleText(options.locale, event, path)}\n`);
  };
}

function isSerious(event: LogEvent): event is SeriousEvent {
  return serious.has(event);
}
