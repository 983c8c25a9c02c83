/**
 * Names for files and folders in a zip that every system unpacks where it should: no way out of the folder, no name that Windows
 * reserves, nothing that is there twice, also where capitals do not count.
 */

const nameBytesMax = 200;
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/iu;
// Control characters, what Windows refuses in a name, and marks that turn the direction of the text round.
const refused = /[\p{Cc}\p{Cs}<>:"/\\|?*\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** One part of a path, safe on every system. */
export function makeSafeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(refused, '_')
    .trim()
    .replaceAll(/[. ]+$/gu, '');
  const shown = shorten(plain.replace(/^\.+$/u, '_'));
  if (shown === '') return '_';
  const [stem = ''] = shown.split('.');
  return reserved.test(stem.trim()) ? `_${shown}` : shown;
}

/** Gives out paths, none twice. */
export class SafePaths {
  readonly #taken = new Set<string>();

  /** A path for a file in its folders; a number is added where it is taken. */
  take(folder: readonly string[], name: string): string {
    const prefix = folder.map((part) => `${makeSafeName(part)}/`).join('');
    const safe = makeSafeName(name);
    for (let number = 1; ; number++) {
      const path = prefix + (number === 1 ? safe : addNumber(safe, number));
      const key = path.toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return path;
    }
  }
}

function addNumber(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const at = dot <= 0 ? name.length : dot;
  return `${name.slice(0, at)} (${number})${name.slice(at)}`;
}

/** No longer than file systems take, the ending kept. */
function shorten(name: string): string {
  if (encoder.encode(name).length <= nameBytesMax) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  let kept = '';
  let bytes = encoder.encode(ending).length;
  for (const { segment } of graphemes.segment(name.slice(0, name.length - ending.length))) {
    bytes += encoder.encode(segment).length;
    if (bytes > nameBytesMax) break;
    kept += segment;
  }
  return kept.trimEnd() + ending;
}
