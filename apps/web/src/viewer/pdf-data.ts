/**
 * What pdf.js fetches while it reads: character maps, standard fonts, decoders. The viewer has no network but scripts of our own, so each
 * kind is one script that holds all of its files; the server does not learn which one a document needs.
 */

type Pack = Readonly<Record<string, string>>;

const packs = {
  cMapUrl: async (): Promise<Pack> => (await import('./packs/character-maps.ts')).files,
  standardFontDataUrl: async (): Promise<Pack> => (await import('./packs/standard-fonts.ts')).files,
  wasmUrl: async (): Promise<Pack> => (await import('./packs/decoders.ts')).files,
} as const;

/** The factory that pdf.js asks. */
export class PackedDataFactory {
  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    if (!Object.hasOwn(packs, kind)) throw new Error('unknown kind of data');
    const pack = await packs[kind as keyof typeof packs]();
    const name = Object.keys(pack).find((path) => path.endsWith(`/${filename}`));
    const address = name === undefined ? undefined : pack[name];
    if (address === undefined) throw new Error('no such data');
    return decodeAddress(address);
  }
}

/** The bytes of a `data:` address in base64. */
function decodeAddress(address: string): Uint8Array {
  const text = atob(address.slice(address.indexOf(',') + 1));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
