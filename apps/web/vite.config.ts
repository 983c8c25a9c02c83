/** How the staff app and the sealed viewer are built: two pages, no inline script or style, every asset a file of its own under `/assets/`. */
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import type { UserConfig } from 'vite';

const root = import.meta.dirname;

const config: UserConfig = defineConfig({
  root,
  base: '/',
  plugins: [react()],
  // What pdf.js reads besides scripts; the viewer has it as text inside scripts.
  assetsInclude: ['**/*.bcmap', '**/*.pfb', '**/*.wasm'],
  // Workers and the policy want modules that are files; a data: or inline asset would need a wider policy.
  worker: { format: 'es' },
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
