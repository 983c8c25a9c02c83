import type { Transport } from '@strongroom/device';

/** The honest way to a server over loopback. */
export function createHttpTransport(url: string): Transport {
  return {
    async send({ method, path, headers, body, signal }) {
      const response = await fetch(url + path, {
        method,
        redirect: 'error',
        headers: { ...headers },
        ...(body === undefined ? {} : { body: Uint8Array.from(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
  };
}
