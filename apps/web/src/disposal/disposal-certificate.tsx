/** The certificate of destruction: as a document for people, and as proofs for whoever checks it years later. */
import type { Certificate, ClientRow, DisposalRow } from '@strongroom/device';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { shortHash } from '../ledger/ledger-foot.tsx';
import { LineLink } from '../ledger/line-link.tsx';
import { VerifierLink } from '../ledger/verifier-link.tsx';
import { makePaper } from '../papers/make-paper.ts';
import { useNames } from '../room/room-queries.ts';
import { saveBlob } from '../save-blob.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, FactList, Skeleton, Time } from '../ui/index.ts';

export function DisposalCertificate({
  row,
  client,
}: {
  readonly row: DisposalRow;
  readonly client: ClientRow | undefined;
}): ReactNode {
  const { t, locale } = useTexts();
  const session = useSession();
  const names = useNames();
  const [error, setError] = useState<unknown>();
  const [isMaking, setIsMaking] = useState(false);
  const certificate = useDeviceQuery(
    ['certificate', row.disposal],
    async (keys): Promise<Certificate> => await keys.device.disposals.certificate({ disposal: row.disposal }),
  );
  const facts = certificate.data?.facts;
  const fileName = `certificate-${client?.code ?? row.disposal}`;
  const savePdf = async (): Promise<void> => {
    if (facts === undefined) return;
    setIsMaking(true);
    setError(undefined);
    try {
      const vaultName = client === undefined ? undefined : names.get(client.vault);
      const pdf = await makePaper({
        kind: 'certificate',
        locale,
        firmName: session.kind === 'unlocked' ? (session.firmName ?? '') : '',
        ...(client?.name === undefined ? {} : { clientName: client.name }),
        ...(vaultName === undefined ? {} : { vaultName }),
        facts,
        names: Object.fromEntries(names),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
      saveBlob(pdf, `${fileName}.pdf`);
    } catch (cause) {
      setError(cause);
    } finally {
      setIsMaking(false);
    }
  };
  useCommands(
    certificate.data === undefined
      ? []
      : [
          {
            id: 'certificate',
            label: t('web.disposal.certificate.save'),
            icon: <Download aria-hidden="true" />,
            onRun: () => void savePdf(),
          },
        ],
  );
  return (
    <Card
      title={t('web.papers.certificate.title')}
      actions={
        certificate.data === undefined ? undefined : (
          <>
            <Button variant="primary" size="s" pending={isMaking} onClick={() => void savePdf()}>
              {t('web.disposal.certificate.pdf')}
            </Button>
            <Button
              size="s"
              onClick={() =>
                saveBlob(
                  new Blob([certificate.data.tlogProof], { type: 'text/plain' }),
                  `${fileName}.tlog-proof`,
                )
              }
            >
              {t('web.disposal.certificate.proof')}
            </Button>
            <Button
              size="s"
              onClick={() =>
                saveBlob(new Blob([certificate.data.json], { type: 'application/json' }), `${fileName}.json`)
              }
            >
              {t('web.disposal.certificate.json')}
            </Button>
            <VerifierLink />
          </>
        )
      }
    >
      <ErrorView error={certificate.error ?? error} />
      {facts === undefined ? (
        certificate.error === null ? (
          <Skeleton label={t('web.disposal.loading')} lines={4} />
        ) : undefined
      ) : (
        <>
          <FactList
            facts={[
              {
                id: 'number',
                label: t('web.disposal.certificate.number'),
                value: <span className="mono">{row.disposal}</span>,
              },
              {
                id: 'client',
                label: t('web.disposal.certificate.client'),
                value: (
                  <>
                    <span dir="auto">{client?.name ?? t('web.disposal.room')}</span>{' '}
                    <span className="mono muted">{client?.code ?? facts.client}</span>
                  </>
                ),
              },
              {
                id: 'items',
                label: t('web.disposal.what-went'),
                value: t('web.papers.certificate.records', {
                  count: new Set(facts.items.map(({ record }) => record)).size,
                }),
              },
              ...(['proposed', 'approved'] as const).map((id) => ({
                id,
                label: t(`web.disposal.certificate.${id}`),
                value: (
                  <>
                    {names.get(facts[id].person) ?? t('web.people.nameless')}
                    {' · '}
                    <Time atMs={facts[id].atMs} format="date-time" isZoneNamed />
                    {' · '}
                    <LineLink ledger={row.ledger} index={facts[id].index} code={client?.code} />
                  </>
                ),
              })),
              {
                id: 'destroyed',
                label: t('web.disposal.step.destroyed'),
                value: (
                  <b>
                    <Time atMs={facts.destroyed.atMs} format="date-time" isZoneNamed />
                    {' · '}
                    <LineLink ledger={row.ledger} index={facts.destroyed.index} code={client?.code} />
                  </b>
                ),
              },
              {
                id: 'root',
                label: t('web.disposal.certificate.root'),
                value: (
                  <span className="mono">
                    {shortHash(facts.roots.before, 4)} → {shortHash(facts.roots.after, 4)}
                  </span>
                ),
              },
            ]}
          />
          <p className="disposal-limits">{t('certificate.limits')}</p>
          <ul className="disposal-points">
            <li>
              {facts.horizonDays === 0
                ? t('certificate.horizon.none')
                : t('certificate.horizon.days', { count: facts.horizonDays })}
            </li>
            <Level level={facts.destroyed.level} />
            {facts.destroyed.second === 'absent' ? <li>{t('certificate.second.absent')}</li> : undefined}
            {facts.residuals.map((name) => (
              <Residual key={name} name={name} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Level({ level }: { readonly level: string }): ReactNode {
  const { find, t } = useTexts();
  return <li>{find(`certificate.level.${level}`) ?? t('certificate.level', { level })}</li>;
}

function Residual({ name }: { readonly name: string }): ReactNode {
  const { find } = useTexts();
  return <li>{find(`certificate.residual.${name}`) ?? name}</li>;
}
