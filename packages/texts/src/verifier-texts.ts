/** The texts of the verifier's page: all four languages, and no others than it shows, because the page is one file. */
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import enCertificate from './catalogues/en/certificate.json' with { type: 'json' };
import enLine from './catalogues/en/line.json' with { type: 'json' };
import enVerifier from './catalogues/en/verifier.json' with { type: 'json' };
import frCertificate from './catalogues/fr/certificate.json' with { type: 'json' };
import frLine from './catalogues/fr/line.json' with { type: 'json' };
import frVerifier from './catalogues/fr/verifier.json' with { type: 'json' };
import plCertificate from './catalogues/pl/certificate.json' with { type: 'json' };
import plLine from './catalogues/pl/line.json' with { type: 'json' };
import plVerifier from './catalogues/pl/verifier.json' with { type: 'json' };
import zhCertificate from './catalogues/zh/certificate.json' with { type: 'json' };
import zhLine from './catalogues/zh/line.json' with { type: 'json' };
import zhVerifier from './catalogues/zh/verifier.json' with { type: 'json' };
import type { Catalogue } from './catalogue.ts';
import type { Locale } from './locale.ts';
import { createTranslatorFrom } from './translator.ts';
import type { Translator } from './translator.ts';

const verifierCatalogues: Readonly<Record<Locale, Catalogue>> = {
  en: { ...enCertificate, ...enLine, ...enVerifier },
  fr: { ...frCertificate, ...frLine, ...frVerifier },
  pl: { ...plCertificate, ...plLine, ...plVerifier },
  zh: { ...zhCertificate, ...zhLine, ...zhVerifier },
};

/** Makes the verifier's texts of one language. */
export function createVerifierTranslator(locale: Locale): Translator {
  return createTranslatorFrom(locale, verifierCatalogues[locale], compileMessageOrThrow);
}
