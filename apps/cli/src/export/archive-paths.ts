/** Where things lie in an export: names of clients and documents as paths that every system can unpack, no two alike. */

const nameCharactersMax = 120;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/** One name of a path. `otherwise` stands for one of which nothing is left. */
export function toPathName(name: string, otherwise: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_')
    .replace(/^[.\s]+/u, '')
    .slice(0, nameCharactersMax)
    .replace(/[.\s]+$/u, '');
  const whole = plain.isWellFormed() ? plain : plain.slice(0, -1);
  if (whole === '') return otherwise;
  return reserved.test(whole) ? `_${whole}` : whole;
}

/** Gives out paths. Systems that do not tell upper case from lower must not lay one file over another, nor a file over a folder. */
export class ArchivePaths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  constructor(taken: Iterable<string>) {
    for (const path of taken) this.#note(path);
  }

  /** The path, or the first of `name (2).ext`, `name (3).ext` … that is free. */
  take(folders: readonly string[], name: string): string {
    const folder = folders.reduce(
      (above, one) => this.#firstFree(above, one, (path) => !this.#files.has(path)),
      '',
    );
    const path = this.#firstFree(
      folder,
      name,
      (candidate) => !this.#files.has(candidate) && !this.#folders.has(candidate),
    );
    this.#note(path);
    return path;
  }

  #firstFree(folder: string, name: string, isFree: (folded: string) => boolean): string {
    const dot = name.lastIndexOf('.');
    const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    const above = folder === '' ? '' : `${folder}/`;
    for (let count = 1; ; count += 1) {
      const path = `${above}${count === 1 ? name : `${stem} (${count})${extension}`}`;
      if (isFree(fold(path))) return path;
    }
  }

  #note(path: string): void {
    this.#files.add(fold(path));
    const names = fold(path).split('/');
    for (let depth = 1; depth < names.length; depth += 1) this.#folders.add(names.slice(0, depth).join('/'));
  }
}

function fold(path: string): string {
  return path.toLowerCase();
}
