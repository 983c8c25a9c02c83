import { parseId } from '@strongroom/core';
import type { CertificateFacts } from '@strongroom/device';
import { createTranslator, locales } from '@strongroom/texts';
import { expect, test } from 'vitest';
import { formatCertificate } from './format-certificate.ts';

const device = parseId('dev', 'dev_abcdefghijklmnopqrstuvwx2a');
const person = parseId('per', 'per_abcdefghijklmnopqrstuvwx2a');
const destroyed = { atMs: 4_000, index: 4, level: 'L0' };
const facts: CertificateFacts = {
  firm: parseId('frm', 'frm_abcdefghijklmnopqrstuvwx2a'),
  root: 'ab'.repeat(32),
  vault: parseId('vlt', 'vlt_abcdefghijklmnopqrstuvwx2a'),
  room: parseId('rom', 'rom_abcdefghijklmnopqrstuvwx2a'),
  disposal: parseId('dsp', 'dsp_abcdefghijklmnopqrstuvwx2a'),
  items: [{ record: parseId('rec', 'rec_abcdefghijklmnopqrstuvwx2a'), version: 1, part: 'card', slot: 9 }],
  proposed: { person, device, atMs: 1_000, index: 1 },
  approved: { person, device, atMs: 2_000, index: 2 },
  intended: { atMs: 3_000, index: 3 },
  destroyed,
  stateGeneration: 7,
  roots: { before: 'cd'.repeat(32), after: 'ef'.repeat(32) },
  wardens: [],
  horizonDays: 7,
  residuals: ['paper'],
};

test.each(locales)(
  '%s: a second warden that was away is among what is not covered, one that followed is not',
  (locale) => {
    const texts = createTranslator(locale);
    const { t } = texts;
    const format = (second?: 'current' | 'absent'): string =>
      formatCertificate(
        { t, texts },
        { ...facts, destroyed: { ...destroyed, ...(second === undefined ? {} : { second }) } },
        { nameOf: (id) => id, timeZone: 'UTC' },
      );
    const [absent, current, none] = [format('absent'), format('current'), format()];
    expect(absent.slice(absent.indexOf(t('certificate.limits')))).toContain(
      `  - ${t('certificate.second.absent')}\n`,
    );
    expect(absent).not.toContain(t('certificate.second.current'));
    expect(current).toContain(`\n${t('certificate.second.current')}\n`);
    for (const other of [current, none]) expect(other).not.toContain(t('certificate.second.absent'));
    expect(none).not.toContain(t('certificate.second.current'));
  },
);
