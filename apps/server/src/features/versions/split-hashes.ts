const hashBytes = 32;

/** Hashes of 32 bytes out of a joined string. */
export function splitHashes(joined: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let offset = 0; offset < joined.length; offset += hashBytes)
    hashes.push(joined.slice(offset, offset + hashBytes));
  return hashes;
}
