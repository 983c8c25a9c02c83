/**
 * A pair from two files, taken over when they change. They are looked at, not watched: a certificate that is renewed by exchanging a
 * link, or over a network file system, is found as well. What is broken never replaces what works.
 */
import { readFileSync, statSync } from 'node:fs';
import { InputError, StrongroomError } from '@strongroom/core';
import type { Clock } from '../clock.ts';
import type { TlsKeeper } from './tls-keeper.ts';
import { judgePair } from './tls-pair.ts';
import type { TlsPair } from './tls-pair.ts';

const lookAgainMs = 5_000;

/** @throws InputError TLS_FILE_UNREADABLE and what judgePair throws */
export function openTlsFiles(options: {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly hostName: string;
  readonly clock: Clock;
}): TlsKeeper {
  const { certificateFile, keyFile, hostName, clock } = options;
  const read = (): TlsPair =>
    judgePair({ certificate: readText(certificateFile), key: readText(keyFile) }, hostName, clock.nowMs());
  const mark = (): string => `${markOf(certificateFile)} ${markOf(keyFile)}`;
  let taken = mark();
  let seen = taken;
  let pair = read();
  let refused: string | undefined;
  return {
    get pair() {
      return pair;
    },
    get refused() {
      return refused;
    },
    keyFile,
    authority: undefined,
    watch(onChange) {
      let cancel = (): void => undefined;
      const look = (): void => {
        const found = mark();
        // The two files are written one after the other: what still changes is left alone until it rests.
        const isAtRest = found === seen;
        seen = found;
        if (isAtRest && found !== taken) {
          taken = found;
          try {
            pair = read();
            refused = undefined;
            onChange({ kind: 'taken', pair });
          } catch (cause) {
            if (!(cause instanceof StrongroomError)) throw cause;
            refused = cause.code;
            onChange({ kind: 'refused', code: cause.code });
          }
        }
        cancel = clock.schedule(lookAgainMs, look);
      };
      cancel = clock.schedule(lookAgainMs, look);
      return () => cancel();
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError('TLS_FILE_UNREADABLE', {}, { cause });
  }
}

function markOf(path: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(path);
    return `${ino}.${mtimeMs}.${ctimeMs}.${size}`;
  } catch {
    return 'none'; // being replaced, or gone: reading it says so
  }
}
