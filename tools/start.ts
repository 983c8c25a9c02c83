/** `npm start`: builds the web app where it is missing or out of date, says how it goes on stderr, and runs the server. */
import { DependencyError } from '@strongroom/core';
import { runServer } from '@strongroom/server';
import { createTranslator, intlTagOf } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { buildWeb, canBuildWeb } from './build-web.ts';

process.exitCode = await runServer({ args: process.argv.slice(2), prepare: ({ locale }) => prepare(locale) });
// A warden that does not end, or a socket that lingers, does not keep an ended server.
process.exit();

/** @throws DependencyError WEB_BUILD_FAILED */
async function prepare(locale: Locale): Promise<void> {
  const { t } = createTranslator(locale);
  const write = (text: string): boolean => process.stderr.write(`${text}\n`);
  if (!canBuildWeb()) {
    write(t('server.build.no-tools'));
    return;
  }
  const format = new Intl.NumberFormat(intlTagOf(locale), { maximumFractionDigits: 1 });
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGTERM', end).once('SIGINT', end);
  try {
    const built = await buildWeb({
      signal: stop.signal,
      onStep: ({ name, seconds, isFresh }) => {
        if (name !== 'compare') write(`  ${t(`server.build.${name}`, { seconds: format.format(seconds) })}`);
        else if (!isFresh) write(t('server.build.start'));
      },
    });
    if (!built.wasFresh)
      write(t('server.build.done', { number: String(built.number), seconds: format.format(built.seconds) }));
  } catch (cause) {
    if (stop.signal.aborted) process.exit(1);
    write(cause instanceof Error ? cause.message : String(cause));
    throw new DependencyError('WEB_BUILD_FAILED', {}, { cause });
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end);
  }
}
