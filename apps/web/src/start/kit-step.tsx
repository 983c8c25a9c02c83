/** The kit in the person's hands: shown, printed, and two groups of it read back from the paper. Shared by first run and invitation. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { nowMs } from '../clock.ts';
import type { StartView } from '../keys/contract.ts';
import { makePaper } from '../papers/make-paper.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Checkbox, FactList, TextField } from '../ui/index.ts';
import { listKitFacts } from './kit-facts.ts';
import type { KitNames } from './kit-facts.ts';
import { formatKitLink } from './kit-link.ts';
import { QrCode } from './qr-code.tsx';
import { saveBlob } from '../save-blob.ts';

/** The sheet with its buttons. */
export function KitSheet({
  start,
  names,
  root,
  onPrinted,
}: {
  readonly start: StartView;
  readonly names: KitNames;
  readonly root?: string | undefined;
  readonly onPrinted?: () => void;
}): ReactNode {
  const { t, locale, intlTag } = useTexts();
  const [madeAtMs] = useState(nowMs);
  const [error, setError] = useState<unknown>();
  const [isSaving, setIsSaving] = useState(false);
  const link =
    root === undefined
      ? undefined
      : formatKitLink(location.origin, { person: start.person as never, root, kit: start.kitText });
  const facts = listKitFacts({ t, intlTag }, { start, names, root, server: location.origin, madeAtMs }).map(
    ({ id, label, value, isCode }) => ({
      id,
      label,
      value: isCode ? <span className="mono break-all">{value}</span> : <span dir="auto">{value}</span>,
    }),
  );
  const save = async (): Promise<void> => {
    setIsSaving(true);
    setError(undefined);
    try {
      const pdf = await makePaper({
        kind: 'kit',
        locale,
        ...names,
        person: start.person,
        ...(root === undefined ? {} : { root }),
        groups: start.groups,
        fingerprint: start.fingerprint,
        ...(link === undefined ? {} : { signInLink: link }),
        server: location.origin,
        madeAtMs,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
      saveBlob(pdf, `strongroom-${t('web.papers.kit.title').toLowerCase().replaceAll(' ', '-')}.pdf`);
      onPrinted?.();
    } catch (cause) {
      setError(cause);
    } finally {
      setIsSaving(false);
    }
  };
  return (
    <>
      <section className="kit-sheet" aria-label={t('web.start.kit.title')}>
        <h2 className="print-only kit-title">{t('web.start.kit.title')}</h2>
        <div className="kit-facts">
          <FactList facts={facts} />
          {link === undefined ? undefined : <QrCode data={link} label={t('web.start.kit.qr')} />}
        </div>
        <ol className="kit-groups" aria-label={t('web.start.kit.groups')}>
          {start.groups.map((group) => (
            <li key={group}>{group}</li>
          ))}
        </ol>
        <p>
          {t('web.start.kit.fingerprint')} <span className="mono">{start.fingerprint}</span>
        </p>
        {/* How to come back stands on the sheet that can: the first one of a firm has no root to type. */}
        {root === undefined ? undefined : (
          <p className="kit-use">{t('web.start.kit.use', { action: t('web.start.signin.kit') })}</p>
        )}
      </section>
      <div className="public-actions">
        <Button
          variant="primary"
          onClick={() => {
            window.print();
            onPrinted?.();
          }}
        >
          {t('web.start.kit.print')}
        </Button>
        <Button pending={isSaving} onClick={() => void save()}>
          {t('web.start.kit.save')}
        </Button>
      </div>
      <ErrorView error={error} />
    </>
  );
}

/** Print, sign the note, read two groups back. */
export function KitStep({
  start,
  names,
  submitLabel,
  onComplete,
  onBack,
}: {
  readonly start: StartView;
  readonly names: KitNames;
  readonly submitLabel: string;
  /** Called with the typed groups. What it throws is shown. */
  readonly onComplete: (typedGroups: readonly [string, string]) => Promise<void>;
  readonly onBack: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [isTyping, setIsTyping] = useState(false);
  const [hasPrinted, setHasPrinted] = useState(false);
  const [isNoted, setIsNoted] = useState(false);
  const [typed, setTyped] = useState<readonly [string, string]>(['', '']);
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const [first, second] = start.askGroups;
  const complete = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await onComplete([typed[0].trim(), typed[1].trim()]);
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  if (!isTyping)
    return (
      <div className="public-form">
        <KitSheet start={start} names={names} root={start.root} onPrinted={() => setHasPrinted(true)} />
        <Checkbox label={t('web.start.kit.note')} isChecked={isNoted} onChange={setIsNoted} />
        <div className="public-actions">
          <Button
            variant="primary"
            disabledReason={isNoted ? undefined : t('web.start.kit.note')}
            onClick={() => setIsTyping(true)}
          >
            {hasPrinted ? t('web.start.next') : t('web.start.kit.printed')}
          </Button>
          <Button onClick={onBack}>{t('web.start.back')}</Button>
        </div>
      </div>
    );
  return (
    <form
      autoComplete="off"
      className="public-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void complete();
      }}
    >
      <h2>{t('web.start.kit.prove')}</h2>
      <p className="public-sentence">{t('web.start.kit.hide')}</p>
      <TextField
        label={t('web.start.kit.group', { number: String(first) })}
        value={typed[0]}
        isMono
        autoFocus
        autoCapitalize="characters"
        maxLength={16}
        onChange={(value) => setTyped([value, typed[1]])}
      />
      <TextField
        label={t('web.start.kit.group', { number: String(second) })}
        value={typed[1]}
        isMono
        autoCapitalize="characters"
        maxLength={16}
        onChange={(value) => setTyped([typed[0], value])}
      />
      <ErrorView error={error} />
      {isBusy ? <p role="status">{t('web.start.working')}</p> : undefined}
      <div className="public-actions">
        <Button type="submit" variant="primary" pending={isBusy}>
          {submitLabel}
        </Button>
        <Button onClick={() => setIsTyping(false)}>{t('web.start.kit.show')}</Button>
      </div>
    </form>
  );
}
