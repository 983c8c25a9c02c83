/** A device was added to this person's account since this one last looked: whose was it, and what to do if nobody knows. */
import type { DeviceId } from '@strongroom/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useConnection, useDeviceMutation, useKeys } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, Dialog, useToast } from '../ui/index.ts';

export function NewDeviceBand(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const { newDevices = [] } = useConnection();
  // The dialog outlasts the band: once the devices are cut off there is no news any more.
  const [foreign, setForeign] = useState<readonly DeviceId[]>();
  return (
    <>
      {newDevices.length === 0 ? undefined : (
        <Band
          kind="warn"
          isWide
          isLive
          action={
            <>
              <Button size="s" onClick={() => void keys.connection.devicesSeen().catch(() => undefined)}>
                {t('web.shell.device.mine')}
              </Button>
              <Button size="s" variant="danger" onClick={() => setForeign(newDevices)}>
                {t('web.shell.device.foreign')}
              </Button>
            </>
          }
        >
          {t('web.shell.device.new', { count: newDevices.length })}
        </Band>
      )}
      {foreign === undefined ? undefined : (
        <ForeignDevice devices={foreign} onClose={() => setForeign(undefined)} />
      )}
    </>
  );
}

function ForeignDevice({
  devices,
  onClose,
}: {
  readonly devices: readonly DeviceId[];
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const cut = useDeviceMutation(async (keys) => {
    for (const device of devices) await keys.device.devices.revoke(device, 'stolen');
    await keys.connection.devicesSeen();
  });
  return (
    <Dialog
      title={t('web.shell.device.cut.title', { count: devices.length })}
      isBusy={cut.isPending}
      onClose={onClose}
      onSubmit={() =>
        cut.mutate(undefined, {
          onSuccess: () => {
            toast.show({ tone: 'ok', text: t('web.shell.device.cut.done') });
            onClose();
          },
        })
      }
      footer={
        <>
          <Button type="submit" variant="danger" pending={cut.isPending}>
            {t('web.shell.device.cut.go')}
          </Button>
          <Button onClick={onClose}>{t('web.shell.cancel')}</Button>
        </>
      }
    >
      <p>{t('web.shell.device.cut.what')}</p>
      <p>{t('web.shell.device.cut.then')}</p>
      <p className="mono">{devices.map((device) => device.slice(4, 12)).join(', ')}</p>
      <ErrorView error={cut.error} />
    </Dialog>
  );
}
