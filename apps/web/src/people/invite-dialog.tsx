/** Invites a person; the code is shown once, to be given by voice, on paper or in person. */
import type { Device } from '@strongroom/device';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { nowMs } from '../clock.ts';
import { copyText, selectText } from '../copy-text.ts';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { QrCode } from '../start/qr-code.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, Checkbox, DateField, dayOf, Dialog, TextField, useToast } from '../ui/index.ts';
import './people.css';

type InvitedRole = NonNullable<Parameters<Device['people']['invite']>[0]['roles']>[number];
const roles: readonly InvitedRole[] = ['opener', 'officer', 'auditor', 'administrator'];

export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly InvitedRole[]>(['opener']);
  const [day, setDay] = useState('');
  const invite = useDeviceMutation(
    async (keys) =>
      await keys.device.people.invite({
        name: name.trim(),
        roles: chosen,
        ...(day === '' ? {} : { endsAtMs: Date.parse(`${day}T23:59:59`) }),
      }),
  );
  if (invite.data !== undefined)
    return <InvitedDialog name={name.trim()} code={invite.data.code} onClose={onClose} />;
  const isReady = name.trim() !== '';
  return (
    <Dialog
      title={t('web.people.invite')}
      description={t('web.people.invite.sentence')}
      isBusy={invite.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (isReady) invite.mutate(undefined);
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={invite.isPending}
            disabledReason={isReady ? undefined : t('web.start.incomplete')}
          >
            {t('web.people.invite.submit')}
          </Button>
          <Button onClick={onClose}>{t('web.people.cancel')}</Button>
        </>
      }
    >
      <div className="people-form">
        <TextField label={t('web.people.name')} value={name} autoFocus maxLength={120} onChange={setName} />
        <fieldset>
          <legend className="field-label">{t('web.people.roles')}</legend>
          {roles.map((role) => (
            <Checkbox
              key={role}
              label={t(`web.people.role.${role}`)}
              hint={t(`web.people.role.${role}.hint`)}
              isChecked={chosen.includes(role)}
              onChange={(isChecked) =>
                setChosen(isChecked ? [...chosen, role] : chosen.filter((each) => each !== role))
              }
            />
          ))}
        </fieldset>
        <DateField
          label={t('web.people.ends')}
          note={t('web.people.optional')}
          hint={t('web.people.ends.hint')}
          value={day}
          min={dayOf(nowMs())}
          onChange={setDay}
        />
        <ErrorView error={invite.error} />
      </div>
    </Dialog>
  );
}

function InvitedDialog({
  name,
  code,
  onClose,
}: {
  readonly name: string;
  readonly code: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  // What the browser did not copy stands here, selected; a new object each time, so that it is selected anew.
  const [uncopied, setUncopied] = useState<{ readonly text: string }>();
  const shown = useRef<Record<string, HTMLElement | null>>({});
  useEffect(() => {
    const element = uncopied === undefined ? undefined : shown.current[uncopied.text];
    if (element) selectText(element);
  }, [uncopied]);
  const link = `${location.origin}/invitation#code=${encodeURIComponent(code)}`;
  const copy = async (text: string): Promise<void> => {
    const isCopied = await copyText(text, navigator.clipboard);
    setUncopied(isCopied ? undefined : { text });
    if (isCopied) toast.show({ tone: 'ok', text: t('web.people.copied') });
  };
  const show = (text: string) => (element: HTMLElement | null) => {
    shown.current[text] = element;
  };
  return (
    <Dialog
      title={t('web.people.invited.title', { name })}
      description={t('web.people.invited.sentence')}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" onClick={() => void copy(link)}>
            {t('web.people.copy-link')}
          </Button>
          <Button onClick={() => void copy(code)}>{t('web.people.copy-code')}</Button>
          <Button onClick={() => window.print()}>{t('web.people.print')}</Button>
          <Button onClick={onClose}>{t('web.people.close')}</Button>
        </>
      }
    >
      <div className="people-invited">
        <div>
          <p ref={show(code)} className="mono break-all" aria-label={t('web.people.code')}>
            {code}
          </p>
          {uncopied?.text === link ? (
            <p ref={show(link)} className="mono break-all small">
              {link}
            </p>
          ) : undefined}
          <p className="muted small" role="status">
            {uncopied === undefined ? undefined : t('web.people.not-copied')}
          </p>
        </div>
        <QrCode data={link} label={t('web.people.qr')} />
      </div>
      <Band kind="warn">{t('web.people.invited.warning')}</Band>
    </Dialog>
  );
}
