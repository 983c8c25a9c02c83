/**
 * The ledger as a package of its own: one module with what it needs of core and of the audited curves inside, declarations of what it
 * exports and of nothing else, the README, and the licences of what is inside.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { runTool } from '../check/run-tool.ts';
import { gatherDeclarations } from './declarations.ts';

/** What was made. */
export interface EmittedPackage {
  readonly folder: string;
  /** Paths in it, sorted. */
  readonly files: readonly string[];
}

/** Libraries whose code comes along, by their licence files. */
const inside = ['@noble/curves', '@noble/hashes'] as const;

/** Makes the folder anew. @throws Error with what the tools said, where they fail */
export async function emitLedger(options: {
  readonly root: string;
  readonly folder: string;
}): Promise<EmittedPackage> {
  const { root, folder } = options;
  const source = join(root, 'packages/ledger');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    root: source,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(source, 'src/index.ts'), formats: ['es'], fileName: () => 'index.js' },
    },
  });
  const files: [path: string, text: string][] = [...(await makeDeclarations(root))];
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  files.push(['package.json', formatManifest(manifest)]);
  files.push(['README.md', makeReadme(readFileSync(join(source, 'README.md'), 'utf8'))]);
  const licences = inside.map(
    (name) => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`,
  );
  files.push(['THIRD-PARTY-LICENSES', licences.join(`\n${'-'.repeat(72)}\n\n`)]);
  for (const [path, text] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  return { folder, files: ['LICENSE', 'index.js', ...files.map(([path]) => path)].sort() };
}

function formatManifest({ name, version }: { readonly name: string; readonly version: string }): string {
  const manifest = {
    name,
    version,
    description: 'Transparency log in the C2SP formats: tiles, checkpoints, cosignatures, proofs, policies',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: { '.': { types: './types/ledger/src/index.d.ts', default: './index.js' } },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Links lead into the repository, which does not come along. */
function makeReadme(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\(\.[^)]*\)/g, '$1');
}

/** Declarations of the ledger and of what it names of core. */
async function makeDeclarations(root: string): Promise<readonly [path: string, text: string][]> {
  const made = mkdtempSync(join(tmpdir(), 'strongroom-emit-'));
  try {
    for (const name of ['core', 'ledger']) {
      const run = await runTool(root, { packageName: 'typescript', command: 'tsc' }, [
        '-p',
        `packages/${name}/tsconfig.json`,
        '--noEmit',
        'false',
        '--emitDeclarationOnly',
        '--rootDir',
        'packages',
        '--outDir',
        made,
      ]);
      if (run.exitCode !== 0) throw new Error(`${run.stdout}${run.stderr}`);
    }
    return gatherDeclarations(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
