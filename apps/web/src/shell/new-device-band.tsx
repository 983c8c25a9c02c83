/** A device was added to this person's account since this one last looked: whose was it, and what to do if nobody knows. */
import type { DeviceId } from '@strongroom/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useConnection, useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, useFetched } from '../ui/index.ts';
import type { ForeignDeviceDialog as ForeignDevices } from './foreign-device-dialog.tsx';

const loadDialog = async (): Promise<typeof ForeignDevices> =>
  (await import('./foreign-device-dialog.tsx')).ForeignDeviceDialog;

export function NewDeviceBand(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const ForeignDeviceDialog = useFetched(loadDialog);
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
      {foreign === undefined || ForeignDeviceDialog === undefined ? undefined : (
        <ForeignDeviceDialog devices={foreign} onClose={() => setForeign(undefined)} />
      )}
    </>
  );
}
