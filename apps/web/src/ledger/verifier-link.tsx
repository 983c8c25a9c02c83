/** The verifier's page, to take away: it checks receipts, certificates and exports on any computer, without this server and without a network. */
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass } from '../ui/index.ts';

/** Served as bytes, never as a page of this app (docs/spec/server.md section 6). */
const verifierPath = '/verifier.page';

export function VerifierLink(): ReactNode {
  const { t } = useTexts();
  return (
    <a
      className={buttonClass({ size: 's' })}
      href={verifierPath}
      download="strongroom-verifier.html"
      title={t('web.ledger.verifier.hint')}
    >
      <ShieldCheck aria-hidden="true" />
      {t('web.ledger.verifier')}
    </a>
  );
}
