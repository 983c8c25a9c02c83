/** A plugin that gives the app its texts compiled, so that no parser of ICU messages is sent to browsers: smaller, and sooner on the screen. */
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const catalogue = /\/packages\/texts\/src\/catalogues\/[a-z]{2}\/[\w-]+\.json$/u;

export function compileTexts(): Plugin {
  return {
    name: 'strongroom-compiled-texts',
    enforce: 'pre',
    transform(code, id) {
      if (!catalogue.test(id.split('?')[0] ?? '')) return undefined;
      const messages = JSON.parse(code) as Readonly<Record<string, string>>;
      const compiled = Object.fromEntries(
        Object.entries(messages).map(([name, text]) => [name, compileMessageOrThrow(text)]),
      );
      return JSON.stringify(compiled);
    },
  };
}
