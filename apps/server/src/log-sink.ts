/**
 * Where log lines go. Programs read JSON lines from stderr; somebody at a terminal reads words, and the lines go to files in the home.
 */
import { join } from 'node:path';
import { createTranslator } from '@strongroom/texts';
import type { Locale, Translator } from '@strongroom/texts';
import type { LogEvent } from './log.ts';
import { createLogFile } from './log-file.ts';

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
  const translator = createTranslator(options.locale);
  return (line) => {
    try {
      append(line);
    } catch {
      // A full disk does not end the server: what cannot be kept is at least shown.
      write(line);
    }
    const text = describeSerious(translator, JSON.parse(line) as LoggedLine, path);
    if (text !== undefined) write(`${text}\n`);
  };
}

type LoggedLine = { readonly event: LogEvent; readonly code?: string };

/** Events that somebody at a terminal is told; the others are in the file alone. */
function describeSerious({ t, find }: Translator, line: LoggedLine, path: string): string | undefined {
  if (line.event === 'failed') return t('server.console.failed', { path });
  if (line.event === 'warden.gone') return t('server.console.warden-gone', { path });
  if (line.event === 'restore-mode') return t('server.console.restore-mode', { path });
  if (line.event === 'witness.late') return t('server.console.witness-late', { path });
  if (line.event === 'tls.refused')
    return t('server.console.tls-refused', { reason: find(`error.${line.code}.title`) ?? '' });
  return undefined;
}
