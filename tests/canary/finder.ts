/**
 * Finds marks in any bytes, in every form in which software writes a text down. All needles are looked for in one pass. What this
 * does not see through is compression and encryption: the first is not used anywhere, the second is what is tested.
 */
import { createHash } from 'node:crypto';
import type { Mark } from './marks.ts';

/** A mark that was found. */
export interface Found {
  readonly mark: string;
  readonly form: string;
  readonly offset: number;
}

interface Needle {
  readonly mark: string;
  readonly form: string;
  readonly bytes: Uint8Array;
}

/** Shorter ones occur by chance. */
const needleBytesMin = 8;
const tableBits = 20;

/** Looks for marks. */
export class Finder {
  readonly #table = new Map<number, Needle[]>();
  readonly #isUsed = new Uint8Array(1 << tableBits);

  constructor(marks: readonly Mark[]) {
    for (const { name, fragments, bytes } of marks) {
      for (const needle of [...fragments.flatMap(formsOfText), ...bytes.flatMap(formsOfBytes)])
        this.#add({ mark: name, ...needle });
      const whole = fragments.join(' ');
      if (whole !== '')
        for (const needle of formsOfHash(Buffer.from(whole))) this.#add({ mark: name, ...needle });
    }
  }

  /** All marks in these bytes, each form once. */
  find(bytes: Uint8Array): Found[] {
    const found = new Map<string, Found>();
    for (let offset = 0; offset + needleBytesMin <= bytes.length; offset++) {
      const slot = slotOf(bytes, offset);
      if (this.#isUsed[slot] === 0) continue;
      for (const needle of this.#table.get(slot) ?? []) {
        const { mark, form } = needle;
        if (isAt(bytes, offset, needle.bytes) && !found.has(mark + form))
          found.set(mark + form, { mark, form, offset });
      }
    }
    return [...found.values()];
  }

  /** The forms that are looked for. */
  get forms(): ReadonlySet<string> {
    return new Set([...this.#table.values()].flat().map(({ form }) => form));
  }

  #add(needle: Needle): void {
    if (needle.bytes.length < needleBytesMin) return;
    const slot = slotOf(needle.bytes, 0);
    const others = this.#table.get(slot) ?? [];
    if (others.some(({ mark, bytes }) => mark === needle.mark && Buffer.compare(bytes, needle.bytes) === 0))
      return;
    this.#isUsed[slot] = 1;
    this.#table.set(slot, [...others, needle]);
  }
}

type Form = Omit<Needle, 'mark'>;

/** Every way in which a text is written down. */
export function formsOfText(text: string): Form[] {
  const spellings: readonly (readonly [string, string])[] = [
    ['', text.normalize('NFC')],
    [' nfd', text.normalize('NFD')],
    [' upper', text.toUpperCase()],
    [' lower', text.toLowerCase()],
  ];
  return spellings.flatMap(([spelling, spelled]) => {
    const utf8 = Buffer.from(spelled, 'utf8');
    const wide = Buffer.from(spelled, 'utf16le');
    const forms: Form[] = [
      ...formsOfBytes(utf8),
      { form: 'utf-16le', bytes: wide },
      { form: 'utf-16be', bytes: Buffer.from(wide).swap16() },
      { form: 'hex of utf-16le', bytes: Buffer.from(wide.toString('hex')) },
      { form: 'utf-8 twice', bytes: Buffer.from(utf8.toString('latin1'), 'utf8') },
      { form: 'url', bytes: Buffer.from(encodeURIComponent(spelled)) },
      {
        form: 'url lower',
        bytes: Buffer.from(encodeURIComponent(spelled).replaceAll(/%../gu, (escape) => escape.toLowerCase())),
      },
      { form: 'url all', bytes: Buffer.from(utf8.toString('hex').replaceAll(/../gu, '%$&')) },
      { form: 'json', bytes: Buffer.from(escapeUnits(spelled, /[^ -~]/gu)) },
      {
        form: 'json upper',
        bytes: Buffer.from(escapeUnits(spelled, /[^ -~]/gu).replaceAll(/\\u..../gu, upperUnit)),
      },
      { form: 'json all', bytes: Buffer.from(escapeUnits(spelled, /./gsu)) },
      {
        form: 'html',
        bytes: Buffer.from(Array.from(spelled, (each) => `&#${each.codePointAt(0)};`).join('')),
      },
      {
        form: 'html hex',
        bytes: Buffer.from(
          Array.from(spelled, (each) => `&#x${each.codePointAt(0)?.toString(16)};`).join(''),
        ),
      },
    ];
    return forms.map(({ form, bytes }) => ({ form: form + spelling, bytes }));
  });
}

/** Every way in which bytes are written down. */
export function formsOfBytes(bytes: Uint8Array): Form[] {
  const buffer = Buffer.from(bytes);
  const hex = buffer.toString('hex');
  return [
    { form: 'bytes', bytes: buffer },
    { form: 'hex', bytes: Buffer.from(hex) },
    { form: 'hex upper', bytes: Buffer.from(hex.toUpperCase()) },
    { form: 'numbers', bytes: Buffer.from(buffer.join(',')) },
    ...formsOfBase64(buffer),
    ...formsOfHash(buffer),
  ];
}

/** What base64 writes for these bytes wherever they begin, without the characters that they share with their neighbours. */
function formsOfBase64(bytes: Buffer): Form[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const first = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    const own = text.slice(first, end);
    return [
      { form: `base64 +${shift}`, bytes: Buffer.from(own) },
      { form: `base64url +${shift}`, bytes: Buffer.from(own.replaceAll('+', '-').replaceAll('/', '_')) },
    ];
  });
}

/** A bare hash of a name can be guessed. */
function formsOfHash(bytes: Buffer): Form[] {
  return ['sha256', 'sha512', 'md5'].flatMap((name) => {
    const hash = createHash(name).update(bytes).digest();
    return [
      { form: name, bytes: hash },
      { form: `${name} hex`, bytes: Buffer.from(hash.toString('hex')) },
      { form: `${name} base64url`, bytes: Buffer.from(hash.toString('base64url')) },
      { form: `${name} base64`, bytes: Buffer.from(hash.toString('base64').replaceAll('=', '')) },
    ];
  });
}

function escapeUnits(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (found) =>
    Array.from(
      { length: found.length },
      (_, place) => `\\u${found.charCodeAt(place).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

function upperUnit(escape: string): string {
  return `\\u${escape.slice(2).toUpperCase()}`;
}

function slotOf(bytes: Uint8Array, offset: number): number {
  const four =
    bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
  return Math.imul(four, 0x9e37_79b1) >>> (32 - tableBits);
}

function isAt(bytes: Uint8Array, offset: number, wanted: Uint8Array): boolean {
  if (offset + wanted.length > bytes.length) return false;
  for (let place = 0; place < wanted.length; place++)
    if (bytes[offset + place] !== wanted[place]) return false;
  return true;
}
