/** Text as older programs save it. The platform only decodes these encodings; what it decodes is turned round. */

type CodePage = 'windows-1250' | 'gb18030';

/** The bytes of a text. @throws Error for a letter that the encoding does not have */
export function encodeText(text: string, encoding: CodePage): Buffer {
  const bytesOf = encoding === 'gb18030' ? listPairs() : listSingles(encoding);
  return Buffer.concat(
    Array.from(text, (letter) => {
      const bytes = letter < '\u0080' ? Buffer.from(letter) : bytesOf.get(letter);
      if (bytes === undefined) throw new Error(`${letter} is not in ${encoding}`);
      return bytes;
    }),
  );
}

function listSingles(encoding: CodePage): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder(encoding);
  const codes = Array.from({ length: 128 }, (_, place) => Buffer.from([128 + place]));
  return new Map(codes.map((bytes) => [decoder.decode(bytes), bytes]));
}

/** Two bytes a character: level one and two of GB 2312. */
function listPairs(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gb18030');
  const found = new Map<string, Buffer>();
  for (let lead = 0xa1; lead <= 0xf7; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++) {
      const bytes = Buffer.from([lead, trail]);
      found.set(decoder.decode(bytes), bytes);
    }
  return found;
}
