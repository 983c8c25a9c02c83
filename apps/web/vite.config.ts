/** How the staff app and the sealed viewer are built: two pages, no inline script or style, every asset a file of its own under `/assets/`. */
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin, UserConfig } from 'vite';
import { compileTexts } from './vite-compiled-texts.ts';
import { writeUnloaded } from './vite-unloaded.ts';

const root = import.meta.dirname;

/**
 * The order of the cascade layers, which is styles/index.css's, at the head of every sheet: sheets are loaded with the chunks that need
 * them, in no order to rely on, and whichever comes first says the order.
 */
const layerOrder: Plugin = {
  name: 'strongroom-layer-order',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('/apps/web/src/') && id.endsWith('.css')
      ? `@layer reset, tokens, base, ui, screens;\n${code}`
      : undefined,
};

const config: UserConfig = defineConfig({
  root,
  base: '/',
  plugins: [compileTexts(), layerOrder, writeUnloaded(), react()],
  // What pdf.js reads besides scripts; the viewer has it as text inside scripts.
  assetsInclude: ['**/*.bcmap', '**/*.pfb', '**/*.wasm'],
  // Workers and the policy want modules that are files; a data: or inline asset would need a wider policy.
  worker: { format: 'es', plugins: () => [compileTexts()] },
  build: {
    outDir: resolve(root, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Colours are written with light-dark(): browsers since May 2024 know it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      input: { index: resolve(root, 'index.html'), viewer: resolve(root, 'viewer.html') },
    },
  },
});

export default config;
