/** Bytes of a text file as text: by its byte order mark, else UTF-8 where it is valid, else the Windows code page of western Europe. */
export function readText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: every byte means something in this one.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
