/** Pages that the server writes itself, in the reader's language: they load nothing and run nothing. */
import { createTranslator, findLocale } from '@strongroom/texts';
import type { Locale, Translator } from '@strongroom/texts';
import type { OwnAuthority } from '../listening/tls-keeper.ts';
import type { WebState } from './web-root.ts';

/** The systems that the instructions are for, with their own names. */
const trustSystems = [
  ['windows', 'Windows'],
  ['macos', 'macOS'],
  ['ios', 'iOS, iPadOS'],
  ['android', 'Android'],
  ['debian', 'Debian, Ubuntu'],
  ['firefox', 'Firefox'],
  ['cli', 'strongroom'],
] as const;

/** The first of the wished languages that there are texts in. */
export function readWishedLocale(acceptLanguage: string | undefined): Locale {
  for (const wish of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const found = findLocale(wish.split(';')[0] ?? '');
    if (found !== undefined) return found;
  }
  return 'en';
}

/** Instead of the app, where it is not built or is not whole. */
export function writeUnbuiltPage(locale: Locale, state: WebState['kind']): string {
  const { t } = createTranslator(locale);
  return writePage(locale, t('server.home.title'), [
    paragraph(t('server.home.what')),
    paragraph(t(state === 'altered' ? 'server.home.altered' : 'server.home.unbuilt')),
    code('node tools/run.mjs tools/build-web.ts'),
    paragraph(t('server.home.command-line')),
    code('strongroom --help'),
  ]);
}

/** How people's machines come to trust the server's own authority. */
export function writeTrustPage(
  locale: Locale,
  authority: Pick<OwnAuthority, 'hostName' | 'fingerprint'>,
): string {
  const { t } = createTranslator(locale);
  return writePage(locale, t('server.trust.title'), [
    paragraph(t('server.trust.why', { name: authority.hostName })),
    paragraph(t('server.trust.compare')),
    `<h2>${escapeHtml(t('server.trust.fingerprint'))}</h2>`,
    code(authority.fingerprint),
    `<p><a href="/authority.crt" download="strongroom.crt">${escapeHtml(t('server.trust.download'))}</a></p>`,
    '<dl>',
    ...listTrustSteps(t).map(
      ({ system, step }) => `<dt>${escapeHtml(system)}</dt><dd>${escapeHtml(step)}</dd>`,
    ),
    '</dl>',
  ]);
}

/** The instructions, system by system. */
export function listTrustSteps(
  t: Translator['t'],
): readonly { readonly system: string; readonly step: string }[] {
  return trustSystems.map(([id, system]) => ({ system, step: t(`server.trust.${id}`) }));
}

function writePage(locale: Locale, title: string, blocks: readonly string[]): string {
  return [
    '<!doctype html>',
    `<html lang="${locale}">`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1>`,
    ...blocks,
    '</main></body></html>',
    '',
  ].join('\n');
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

function code(text: string): string {
  return `<p><code>${escapeHtml(text)}</code></p>`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
