/** The certificate of destruction: what was destroyed, on whose word, when, how to check it, and what it does not cover. */
import type { CertificateFacts } from '@strongroom/device';
import type { Translator } from '@strongroom/texts';
import type { CertificatePaper } from '../papers.ts';
import { formatMoment } from './format-time.ts';
import type { Sheet } from './sheet.ts';

export function writeCertificate(sheet: Sheet, paper: CertificatePaper, { t, find }: Translator): void {
  const { facts } = paper;
  const time = (atMs: number): string => formatMoment(atMs, paper);
  const records = [...new Set(facts.items.map(({ record }) => record))];
  sheet.plate(facts.client ?? facts.room, t('web.papers.certificate.title'));
  sheet.text(t('certificate.statement', { count: records.length, time: time(facts.destroyed.atMs) }), {
    sizePt: 13,
    isBold: true,
    gapAfterPt: 12,
  });
  sheet.fact(t('web.papers.certificate.firm'), `${paper.firmName} · ${facts.firm}`);
  sheet.fact(
    t('web.papers.certificate.client'),
    [facts.client, paper.clientName, paper.vaultName].filter((part) => part !== undefined).join(' · '),
  );
  sheet.fact(t('web.papers.certificate.disposal'), facts.disposal);
  sheet.rule();
  sheet.keepTogether(90);
  sheet.text(t('web.papers.certificate.steps'), { isBold: true, gapAfterPt: 6 });
  sheet.text(t('certificate.proposed', step(facts.proposed)));
  sheet.text(t('certificate.approved', step(facts.approved)));
  sheet.text(
    t('certificate.intended', { time: time(facts.intended.atMs), line: String(facts.intended.index) }),
  );
  sheet.text(
    t('certificate.destroyed', { time: time(facts.destroyed.atMs), line: String(facts.destroyed.index) }),
    { gapAfterPt: 10 },
  );
  sheet.rule();
  sheet.keepTogether(60);
  sheet.text(t('web.papers.certificate.records', { count: records.length }), {
    isBold: true,
    gapAfterPt: 6,
  });
  for (const item of facts.items)
    sheet.text(
      `${item.record} · ${t('certificate.item', {
        version: String(item.version),
        part: find(`certificate.part.${item.part}`) ?? item.part,
        number: String(item.slot),
      })}`,
      { sizePt: 8.5, gapAfterPt: 1 },
    );
  sheet.moveTo(sheet.y + 8);
  sheet.rule();
  sheet.keepTogether(90);
  sheet.text(t('certificate.limits'), { isBold: true, gapAfterPt: 6 });
  for (const limit of limitsOf(facts)) sheet.text(`–  ${limit}`);
  sheet.moveTo(sheet.y + 6);
  sheet.rule();
  sheet.keepTogether(90);
  sheet.text(t('web.papers.certificate.check'), { isBold: true, gapAfterPt: 6 });
  sheet.text(t('certificate.verify'));
  sheet.text(
    t('certificate.commitment', {
      generation: String(facts.stateGeneration),
      before: facts.roots.before,
      after: facts.roots.after,
    }),
    { sizePt: 8.5, color: '#43545b' },
  );
  for (const { number, sign } of facts.wardens)
    sheet.text(t('certificate.warden', { number: String(number), key: sign }), {
      sizePt: 8.5,
      color: '#43545b',
    });
  if (facts.destroyed.second === 'current')
    sheet.text(t('certificate.second.current'), { sizePt: 8.5, color: '#43545b' });
  sheet.text(t('certificate.firm', { firm: facts.firm, root: facts.root }), {
    sizePt: 8.5,
    color: '#43545b',
  });

  function step(signed: CertificateFacts['proposed']): {
    readonly time: string;
    readonly person: string;
    readonly device: string;
    readonly line: string;
  } {
    return {
      time: time(signed.atMs),
      person: paper.names[signed.person] ?? signed.person,
      device: signed.device,
      line: String(signed.index),
    };
  }

  function limitsOf({ horizonDays, destroyed, residuals }: CertificateFacts): readonly string[] {
    return [
      horizonDays === 0
        ? t('certificate.horizon.none')
        : t('certificate.horizon.days', { count: horizonDays }),
      find(`certificate.level.${destroyed.level}`) ?? t('certificate.level', { level: destroyed.level }),
      ...(destroyed.second === 'absent' ? [t('certificate.second.absent')] : []),
      ...residuals.map((name) => find(`certificate.residual.${name}`) ?? name),
    ];
  }
}
