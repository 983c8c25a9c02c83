/** Cuts off devices that nobody here knows, and says what to do then. */
import type { DeviceId } from '@strongroom/core';
import { formatValues } from '@strongroom/texts';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, useToast } from '../ui/index.ts';

export function ForeignDeviceDialog({
  devices,
  onClose,
}: {
  readonly devices: readonly DeviceId[];
  readonly onClose: () => void;
}): ReactNode {
  const { t, intlTag } = useTexts();
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
      <p className="mono">
        {formatValues(
          intlTag,
          devices.map((device) => device.slice(4, 12)),
        )}
      </p>
      <ErrorView error={cut.error} />
    </Dialog>
  );
}
