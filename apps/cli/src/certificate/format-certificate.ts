/** The certificate of destruction as a document for people: what, on whose word, when, and what it does not cover. */
import type { PersonId } from '@strongroom/core';
import type { CertificateFacts } from '@strongroom/device';
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';

/** The document in the language of the run. Every fact is from a verified entry of the ledger; its index stands beside it. */
export function formatCertificate(
  output: Pick<Output, 't' | 'texts'>,
  facts: CertificateFacts,
  options: { readonly nameOf: (person: PersonId) => string; readonly timeZone?: string },
): string {
  const { t, texts } = output;
  const time = (atMs: number): string => formatTime(atMs, options.timeZone);
  const records = new Set(facts.items.map(({ record }) => record));
  const residual = (name: string): string => texts.find(`certificate.residual.${name}`) ?? name;
  return [
    t('certificate.title'),
    '',
    t('certificate.firm', { firm: facts.firm, root: facts.root }),
    t('certificate.where', { vault: facts.vault, client: facts.client ?? facts.room }),
    t('certificate.disposal', { disposal: facts.disposal }),
    '',
    t('certificate.statement', { count: records.size, time: time(facts.destroyed.atMs) }),
    '',
    ...facts.items.map(
      (item) =>
        `  ${item.record}  ${t('certificate.item', {
          version: String(item.version),
          part: texts.find(`certificate.part.${item.part}`) ?? item.part,
          number: String(item.slot),
        })}`,
    ),
    '',
    t('certificate.proposed', step(facts.proposed)),
    t('certificate.approved', step(facts.approved)),
    t('certificate.intended', { time: time(facts.intended.atMs), line: String(facts.intended.index) }),
    t('certificate.destroyed', { time: time(facts.destroyed.atMs), line: String(facts.destroyed.index) }),
    '',
    t('certificate.commitment', {
      generation: String(facts.stateGeneration),
      before: facts.roots.before,
      after: facts.roots.after,
    }),
    ...facts.wardens.map(({ number, sign }) =>
      t('certificate.warden', { number: String(number), key: sign }),
    ),
    ...(facts.destroyed.second === 'current' ? [t('certificate.second.current')] : []),
    '',
    t('certificate.limits'),
    `  - ${facts.horizonDays === 0 ? t('certificate.horizon.none') : t('certificate.horizon.days', { count: facts.horizonDays })}`,
    `  - ${texts.find(`certificate.level.${facts.destroyed.level}`) ?? t('certificate.level', { level: facts.destroyed.level })}`,
    ...(facts.destroyed.second === 'absent' ? [`  - ${t('certificate.second.absent')}`] : []),
    ...facts.residuals.map((name) => `  - ${residual(name)}`),
    '',
    t('certificate.verify'),
    '',
  ].join('\n');

  function step(signed: CertificateFacts['proposed']): {
    readonly time: string;
    readonly person: string;
    readonly device: string;
    readonly line: string;
  } {
    return {
      time: time(signed.atMs),
      person: options.nameOf(signed.person),
      device: signed.device,
      line: String(signed.index),
    };
  }
}
