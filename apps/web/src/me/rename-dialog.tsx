import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, TextField } from '../ui/index.ts';

/** Changes the name under which the firm sees this person. */
export function RenameDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [typed, setTyped] = useState(name);
  const rename = useDeviceMutation(async (keys) => await keys.device.people.rename(typed.trim()));
  const isReady = typed.trim() !== '' && typed.trim() !== name;
  return (
    <Dialog
      title={t('web.me.rename.title')}
      description={t('web.me.rename.sentence')}
      isBusy={rename.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (isReady) rename.mutate(undefined, { onSuccess: onClose });
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={rename.isPending}
            disabledReason={isReady ? undefined : t('web.start.incomplete')}
          >
            {t('web.me.save')}
          </Button>
          <Button onClick={onClose}>{t('web.me.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.me.rename.name')}
        value={typed}
        maxLength={120}
        autoFocus
        onChange={setTyped}
      />
      <ErrorView error={rename.error} />
    </Dialog>
  );
}
