/**
 * The server's half of OPAQUE (RFC 9807). Its setup is a secret of this installation, in a file of its own outside the
 * databases: a copy of the data alone does not let anybody try passwords. Without it no password opens again.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { decodeBase64url, encodeBase64url, InputError } from '@strongroom/core';
import { ready, server } from '@serenity-kit/opaque';

/** OPAQUE messages as bytes. */
export interface OpaqueServer {
  /** @throws InputError REQUEST_INVALID */
  answerRegistration(person: string, request: Uint8Array): Uint8Array;
  /** `record` undefined: a person who does not exist, answered alike. @throws InputError REQUEST_INVALID */
  startLogin(login: { person: string; record: string | undefined; request: Uint8Array }): {
    state: string;
    answer: Uint8Array;
  };
  /** Whether the password was right. */
  finishLogin(state: string, request: Uint8Array): boolean;
}

export async function openOpaqueServer(path: string): Promise<OpaqueServer> {
  await ready;
  const serverSetup = readOrMakeSetup(path);
  return {
    answerRegistration(person, request) {
      return refuseInvalid(() =>
        decodeBase64url(
          server.createRegistrationResponse({
            serverSetup,
            userIdentifier: person,
            registrationRequest: encodeBase64url(request),
          }).registrationResponse,
        ),
      );
    },
    startLogin({ person, record, request }) {
      return refuseInvalid(() => {
        const started = server.startLogin({
          serverSetup,
          userIdentifier: person,
          registrationRecord: record,
          startLoginRequest: encodeBase64url(request),
        });
        return { state: started.serverLoginState, answer: decodeBase64url(started.loginResponse) };
      });
    },
    finishLogin(state, request) {
      try {
        server.finishLogin({ serverLoginState: state, finishLoginRequest: encodeBase64url(request) });
        return true;
      } catch {
        // The library throws for a wrong password and for malformed bytes alike; both are a refused sign-in.
        return false;
      }
    },
  };
}

function refuseInvalid<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new InputError('REQUEST_INVALID', { reason: 'opaque' }, { cause });
  }
}

function readOrMakeSetup(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
  const setup = server.createSetup();
  // Whole and with its name on the disk, or not there: without it every password that is registered from now on would be lost.
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  writeDurably(unfinished, 'wx', (file) => writeFileSync(file, setup));
  renameSync(unfinished, path);
  writeDurably(dirname(path), 'r', () => undefined);
  return setup;
}

function writeDurably(path: string, flags: 'r' | 'wx', write: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
