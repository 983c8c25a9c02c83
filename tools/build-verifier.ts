/**
 * Builds the verifier's page: one HTML file with its script and styles inside, which runs from a disk and has no network.
 * `node tools/run.mjs tools/build-verifier.ts [FILE]`; without a file it is apps/verifier/dist/strongroom-verifier.html. The same sources
 * give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'apps/verifier');
const styles = ['reset', 'tokens', 'base'].map((name) => `apps/web/src/styles/${name}.css`);
const sheets = [...styles, 'apps/web/src/ui/button/button.css', 'apps/verifier/src/page/page.css'];

/** What was built. */
export interface BuiltVerifier {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Builds the page and puts it in its place whole.
 * @throws Error with what the bundler said
 */
export async function buildVerifier(path: string): Promise<BuiltVerifier> {
  const { build } = await import('vite');
  mkdirSync(dirname(path), { recursive: true });
  const aside = mkdtempSync(join(dirname(path), '.build-'));
  try {
    writeFileSync(
      join(aside, 'page.css'),
      `@layer reset, tokens, base, ui, screens;\n${sheets.map((sheet) => readFileSync(join(root, sheet), 'utf8')).join('\n')}`,
    );
    writeFileSync(
      join(aside, 'entry.js'),
      `import './page.css';\nimport ${JSON.stringify(join(folder, 'src/page/main.ts'))};\n`,
    );
    await build({
      configFile: false,
      root: aside,
      mode: 'production',
      logLevel: 'warn',
      publicDir: false,
      // A page has no process to ask.
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir: join(aside, 'out'),
        target: 'es2023',
        cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        cssCodeSplit: false,
        lib: {
          entry: join(aside, 'entry.js'),
          formats: ['iife'],
          name: 'verifier',
          fileName: () => 'page.js',
          cssFileName: 'page',
        },
      },
    });
    const html = makePage(
      readFileSync(join(folder, 'page.html'), 'utf8'),
      readFileSync(join(aside, 'out/page.js'), 'utf8').trim(),
      readFileSync(join(aside, 'out/page.css'), 'utf8').trim(),
    );
    writeFileSync(join(aside, 'page.html'), html);
    renameSync(join(aside, 'page.html'), path);
    return { path, sizeBytes: Buffer.byteLength(html) };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Script and styles are allowed by their hashes alone, and nothing else is: no address, no markup or script from a string. */
function makePage(frame: string, script: string, style: string): string {
  if (/<\/script|<!--/iu.test(script) || /<\/style/iu.test(style))
    throw new Error('the page would end inside its script or style');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  // Put in by functions: a `$` in the script is only a `$`.
  return frame
    .replace('<!-- policy -->', () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

if (import.meta.main) {
  const { path, sizeBytes } = await buildVerifier(
    resolve(process.argv[2] ?? join(folder, 'dist/strongroom-verifier.html')),
  );
  process.stdout.write(`${path} (${sizeBytes} bytes)\n`);
}
