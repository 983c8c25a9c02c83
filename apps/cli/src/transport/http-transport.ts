/** The way to the server: the runtime's own fetch, which keeps connections open, with a time limit for each exchange. */
import { AccessError, DependencyError } from '@strongroom/core';
import type { Transport } from '@strongroom/device';
import { isUntrustedCertificate } from './trusted-authority.ts';

const timeoutMs = 60_000;

/** Sends requests to one server. Redirects are not followed: a server of ours makes none. */
export function createHttpTransport(server: string, interrupted?: AbortSignal): Transport {
  return {
    send: async ({ method, path, headers, body, signal }) => {
      const limits = [AbortSignal.timeout(timeoutMs), signal, interrupted].filter((one) => one !== undefined);
      try {
        const response = await fetch(`${server}${path}`, {
          method,
          redirect: 'error',
          signal: AbortSignal.any(limits),
          ...(headers === undefined ? {} : { headers: { ...headers } }),
          ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
        });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: new Uint8Array(await response.arrayBuffer()),
        };
      } catch (error) {
        if (interrupted?.aborted === true || signal?.aborted === true) {
          throw new DependencyError('INTERRUPTED', {}, { cause: error });
        }
        if (isUntrustedCertificate(error)) throw new AccessError('SERVER_NOT_TRUSTED', {}, { cause: error });
        // Whoever asked decides what to repeat; what the network gave goes to him as it is.
        throw error;
      }
    },
  };
}
