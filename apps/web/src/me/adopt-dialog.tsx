/** Adding a device of one's own: its code is scanned or typed, what it is gets compared and confirmed, then it is signed. */
import type { AdoptionPreview } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { readAdoptCode } from '../start/adopt-link.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, Checkbox, Dialog, FactList, TextField } from '../ui/index.ts';
import { canScan, CodeCamera } from './code-camera.tsx';

export function AdoptDialog({
  code: given,
  onClose,
}: {
  /** From the link that a camera opened. */
  readonly code?: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const [found, setFound] = useState<{ readonly code: string; readonly preview: AdoptionPreview }>();
  const [isDone, setIsDone] = useState(false);
  if (isDone) return <Done onClose={onClose} />;
  if (found !== undefined) return <Confirm {...found} onDone={() => setIsDone(true)} onClose={onClose} />;
  return (
    <EnterCode
      given={given ?? ''}
      onFound={(code, preview) => setFound({ code, preview })}
      onClose={onClose}
    />
  );
}

function EnterCode({
  given,
  onFound,
  onClose,
}: {
  readonly given: string;
  readonly onFound: (code: string, preview: AdoptionPreview) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [typed, setTyped] = useState(given);
  const [isScanning, setIsScanning] = useState(false);
  const [canCamera] = useState(canScan);
  const look = useDeviceMutation(
    async (keys, code: string) => await keys.device.devices.previewAdoption(code),
  );
  const find = (code: string): void => look.mutate(code, { onSuccess: (preview) => onFound(code, preview) });
  const isReady = typed.trim() !== '';
  return (
    <Dialog
      title={t('web.adopt.add')}
      description={t('web.adopt.add.sentence', {
        address: location.origin,
        way: t('web.start.signin.device'),
      })}
      isBusy={look.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (isReady) find(readAdoptCode(typed) ?? typed);
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={look.isPending}
            disabledReason={isReady ? undefined : t('web.start.incomplete')}
          >
            {t('web.adopt.add.look')}
          </Button>
          <Button onClick={onClose}>{t('web.me.cancel')}</Button>
        </>
      }
    >
      {isScanning ? (
        <CodeCamera
          onCode={(code) => {
            setIsScanning(false);
            setTyped(code);
            find(code);
          }}
          onStop={() => setIsScanning(false)}
        />
      ) : undefined}
      <TextField
        label={t('web.adopt.add.code')}
        hint={t('web.adopt.add.code.hint')}
        value={typed}
        isMono
        autoFocus
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={200}
        onChange={setTyped}
      />
      {canCamera && !isScanning ? (
        <p>
          <Button onClick={() => setIsScanning(true)}>{t('web.adopt.add.scan')}</Button>
        </p>
      ) : undefined}
      <ErrorView error={look.error} />
    </Dialog>
  );
}

function Confirm({
  code,
  preview,
  onDone,
  onClose,
}: {
  readonly code: string;
  readonly preview: AdoptionPreview;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [isSame, setIsSame] = useState(false);
  const { fingerprint, name } = preview;
  const adopt = useDeviceMutation(async (keys) => await keys.device.devices.adopt({ code, fingerprint }));
  return (
    <Dialog
      title={t('web.adopt.confirm')}
      description={t('web.adopt.confirm.sentence')}
      isBusy={adopt.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (isSame) adopt.mutate(undefined, { onSuccess: onDone });
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={adopt.isPending}
            disabledReason={isSame ? undefined : t('web.adopt.confirm.same')}
          >
            {t('web.adopt.confirm.add')}
          </Button>
          <Button onClick={onClose}>{t('web.adopt.confirm.not-mine')}</Button>
        </>
      }
    >
      <FactList
        facts={[
          { id: 'name', label: t('web.adopt.confirm.name'), value: <span dir="auto">{name}</span> },
          {
            id: 'fingerprint',
            label: t('web.adopt.fingerprint'),
            value: <span className="mono">{fingerprint}</span>,
          },
        ]}
      />
      <Checkbox label={t('web.adopt.confirm.same')} isChecked={isSame} onChange={setIsSame} />
      <ErrorView error={adopt.error} />
    </Dialog>
  );
}

function Done({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  return (
    <Dialog
      title={t('web.adopt.done')}
      onClose={onClose}
      footer={
        <Button variant="primary" autoFocus onClick={onClose}>
          {t('web.adopt.done.close')}
        </Button>
      }
    >
      <Band kind="ok">{t('web.adopt.done.sentence')}</Band>
    </Dialog>
  );
}
