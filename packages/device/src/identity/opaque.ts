/**
 * The password's side of OPAQUE (RFC 9807). The stretching is fixed here and never taken from an answer: there is no
 * parameter for a server to lower or to raise (attacks B1, B2). The password that goes in is already mixed with the kit
 * secret, so neither a stolen record nor the server can test a guess.
 */
import type { client } from '@serenity-kit/opaque';
import { AccessError, decodeBase64url, DependencyError } from '@strongroom/core';

const keyStretching = { 'argon2id-custom': { memory: 65_536, iterations: 3, parallelism: 1 } } as const;

/** The library is a WebAssembly module in itself: only what asks for a password pays for it. */
async function loadClient(): Promise<typeof client> {
  const opaque = await import('@serenity-kit/opaque');
  await opaque.ready;
  return opaque.client;
}

/** What a registration gives. */
export interface FinishedRegistration {
  /** For the server, as the library writes it. */
  readonly record: string;
  /** 64 bytes; never leaves the device. */
  readonly exportKey: Uint8Array;
  /** The server's static public key, pinned by the device. */
  readonly serverKey: string;
}

/** A registration that waits for the server's answer. */
export interface StartedRegistration {
  readonly request: string;
  /** @throws DependencyError OPAQUE_FAILED for an answer that is not one */
  finish(response: string): FinishedRegistration;
}

/** Starts a registration. `password` is the OPAQUE password input of bytes.md section 4. */
export async function startRegistration(password: string): Promise<StartedRegistration> {
  const opaque = await loadClient();
  const started = opaque.startRegistration({ password });
  return {
    request: started.registrationRequest,
    finish(response) {
      try {
        const finished = opaque.finishRegistration({
          clientRegistrationState: started.clientRegistrationState,
          registrationResponse: response,
          password,
          keyStretching,
        });
        return {
          record: finished.registrationRecord,
          exportKey: decodeBase64url(finished.exportKey),
          serverKey: finished.serverStaticPublicKey,
        };
      } catch (cause) {
        throw new DependencyError('OPAQUE_FAILED', {}, { cause });
      }
    },
  };
}

/** What a sign-in gives. */
export interface FinishedLogin {
  readonly finish: string;
  readonly exportKey: Uint8Array;
  readonly serverKey: string;
}

/** A sign-in that waits for the server's answer. */
export interface StartedLogin {
  readonly request: string;
  /** @throws AccessError SIGN_IN_REFUSED alike for a wrong password, another record and an altered answer */
  finish(response: string): FinishedLogin;
}

/** Starts a sign-in. */
export async function startLogin(password: string): Promise<StartedLogin> {
  const opaque = await loadClient();
  const started = opaque.startLogin({ password });
  return {
    request: started.startLoginRequest,
    finish(response) {
      let finished;
      try {
        finished = opaque.finishLogin({
          clientLoginState: started.clientLoginState,
          loginResponse: response,
          password,
          keyStretching,
        });
      } catch {
        // What the library says about a malformed answer would tell it apart from a wrong password.
        throw new AccessError('SIGN_IN_REFUSED');
      }
      if (finished === undefined) throw new AccessError('SIGN_IN_REFUSED');
      return {
        finish: finished.finishLoginRequest,
        exportKey: decodeBase64url(finished.exportKey),
        serverKey: finished.serverStaticPublicKey,
      };
    },
  };
}
