/**
 * Gathers the declaration files that the ledger's entry leads to. What it names of core is looked up where it is declared, so that the
 * rest of core stays behind. Invariant: every import of a gathered file leads to a gathered file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

const entry = 'ledger/src/index.d.ts';
const core = '@strongroom/core';
const statement = /^(import|export)( type)? (\{[^}]*\}|\*) from '([^']+)';$/gm;

/** The files as they go into the package, `types/...`. */
export function gatherDeclarations(folder: string): readonly [path: string, text: string][] {
  const texts = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => path.endsWith('.d.ts'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const declared = findDeclared(texts);
  const gathered = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (gathered.has(path)) continue;
    const text = texts.get(path);
    if (text === undefined) throw new Error(`no declarations of ${path}`);
    const from = dirname(path);
    const written = text.replaceAll(
      statement,
      (_, verb: string, type = '', names: string, target: string) => {
        const places =
          target === core
            ? namesOf(names).map(([name, text]) => [findPlace(declared, name), `{ ${text} }`] as const)
            : [[posix.join(from, target.replace(/\.ts$/, '.d.ts')), names] as const];
        return places
          .map(([place, what]) => {
            waiting.push(place);
            const path = relative(from, place)
              .split(sep)
              .join('/')
              .replace(/\.d\.ts$/, '.js');
            return `${verb}${type} ${what} from '${path.startsWith('.') ? path : `./${path}`}';`;
          })
          .join('\n');
      },
    );
    gathered.set(path, written);
  }
  return [...gathered].map(([path, text]) => [`types/${path}`, text]);
}

/** `{ a, type B as C }` as the names and their texts. */
function namesOf(list: string): [name: string, text: string][] {
  const parts = list.slice(1, -1).split(',');
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => [part.replace(/^type /, '').split(' ')[0] ?? '', part]);
}

/** Which file of core declares a name. */
function findDeclared(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const declaration = /^export (?:declare )?(?:abstract )?(?:interface|type|class|const|function) (\w+)/gm;
  const found = new Map<string, string>();
  for (const [path, text] of texts) {
    if (!path.startsWith('core/')) continue;
    for (const [, name = ''] of text.matchAll(declaration)) found.set(name, path);
  }
  return found;
}

function findPlace(declared: ReadonlyMap<string, string>, name: string): string {
  const place = declared.get(name);
  if (place === undefined) throw new Error(`core does not declare ${name}`);
  return place;
}
