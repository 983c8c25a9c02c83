/** Which built files a page or a screen loads, and what they weigh on the wire: read from the files themselves, as a browser would. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The built app. */
export class ModuleGraph {
  readonly #folder: string;
  readonly #sources: ReadonlyMap<string, string>;

  constructor(dist: string) {
    this.#folder = dist;
    this.#sources = new Map(
      readdirSync(join(dist, 'assets'))
        .filter((name) => name.endsWith('.js'))
        .map((name) => [name, readFileSync(join(dist, 'assets', name), 'utf8')]),
    );
  }

  /** Files that a page names itself: scripts, preloads and stylesheets, with all they import statically. */
  ofPage(page: string): ReadonlySet<string> {
    const html = readFileSync(join(this.#folder, page), 'utf8');
    const named = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/gu)].map((match) => match[1] ?? '');
    return this.#close(named.filter((name) => /\.(?:js|css)$/u.test(name)));
  }

  /** What a lazy import brings: the file, its static imports, and the stylesheets that come with it. */
  ofChunk(name: string): ReadonlySet<string> {
    const styles = [...this.#sources.values()].flatMap((source) => stylesOf(source, name));
    return this.#close([name, ...styles]);
  }

  /** Built files whose name begins so, such as `clients-page`, and that hold this word. */
  find(prefix: string, word = ''): readonly string[] {
    return [...this.#sources]
      .filter(([name, source]) => name.startsWith(`${prefix}-`) && source.includes(word))
      .map(([name]) => name);
  }

  /** Built files that a file names: the workers it starts among them. */
  namedBy(name: string): readonly string[] {
    const source = this.#sources.get(name) ?? '';
    return [...this.#sources.keys()].filter((other) => other !== name && source.includes(other));
  }

  /** Bytes of a set of files, each compressed by itself. */
  weigh(names: Iterable<string>): number {
    let sum = 0;
    for (const name of names)
      sum += gzipSync(readFileSync(join(this.#folder, 'assets', name)), { level: 9 }).length;
    return sum;
  }

  #close(names: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      for (const [, imported] of (this.#sources.get(name) ?? '').matchAll(
        /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/gu,
      ))
        if (imported !== undefined) visit(imported);
    };
    for (const name of names) visit(name);
    return found;
  }
}

/** The bundler writes beside each lazy import which files it needs; those are numbers into a table. */
function stylesOf(source: string, chunk: string): readonly string[] {
  const table = /__vite__mapDeps=.*?\[([^\]]*)\]/su.exec(source)?.[1];
  if (table === undefined) return [];
  const files = [...table.matchAll(/"([^"]+)"/gu)].map((match) =>
    (match[1] ?? '').replace(/^\/?assets\//u, ''),
  );
  const call = new RegExp(
    `import\\(["'\`]\\./${chunk.replace(/[.]/gu, '\\.')}["'\`]\\)\\s*,\\s*__vite__mapDeps\\(\\[([\\d,]*)\\]\\)`,
    'u',
  ).exec(source);
  return (call?.[1] ?? '')
    .split(',')
    .filter((digit) => digit !== '')
    .map((digit) => files[Number(digit)] ?? '')
    .filter((name) => name.endsWith('.css'));
}
